"""place-form-on-json-endpoint: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.form_on_json_endpoint import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("POST /sapi/v1/c2c/ads/search", body="asset=USDT"),)
NEAR_MISSES = (
    request("POST /sapi/v1/c2c/ads/search", body='{"asset": "USDT"}'),
    request("POST /api/v3/order", body="symbol=A"),
    request("POST /sapi/v1/nobody/knows", body="a=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
