"""param-empty-value: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.empty_value import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?price=&symbol=A"),
    request("POST /api/v3/order?price=&symbol=A", code=-1105),
)
NEAR_MISSES = (
    request("POST /api/v3/order?price=0&symbol=A"),
    request("GET /api/v3/account?timestamp="),
    request("GET /api/v3/account?a=1&&b=2"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
