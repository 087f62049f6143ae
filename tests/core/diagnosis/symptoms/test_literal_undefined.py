"""param-literal-undefined: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.literal_undefined import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/openOrders?symbol=undefined"),
    request("GET /api/v3/openOrders?symbol=null"),
    request("GET /api/v3/openOrders?symbol=None"),
)
NEAR_MISSES = (
    request("GET /api/v3/openOrders?symbol=NONEUSDT"),
    request("POST /sapi/v1/x?name=None"),
    request("GET /api/v3/account?timestamp=undefined"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
