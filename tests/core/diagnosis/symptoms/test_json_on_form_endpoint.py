"""place-json-body-on-form-endpoint: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.json_on_form_endpoint import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order", body='{"timestamp": 1, "symbol": "A"}'),
    request("POST /api/v3/order?timestamp=1", body='{"symbol": "A"}'),
)
NEAR_MISSES = (
    request("POST /sapi/v1/c2c/ads/search?timestamp=1", body='{"asset": "USDT"}'),
    request("POST /api/v3/order", body="{}"),
    request("POST /api/v3/order", body="symbol=A"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
