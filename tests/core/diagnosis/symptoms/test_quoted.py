"""param-quoted-value: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.quoted import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/openOrders?symbol=%22BTCUSDT%22"),)
NEAR_MISSES = (
    request("GET /api/v3/ticker?symbols=%5B%22A%22%5D"),
    request("POST /sapi/v1/x?name=%22home%22"),
    request("GET /api/v3/openOrders?symbol=%22"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
