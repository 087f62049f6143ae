"""param-scientific-notation: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.scientific import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?quantity=9.6e-05"),
    request("POST /api/v3/order?price=1E-7"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?quantity=0.000096"),
    request("POST /api/v3/order?newClientOrderId=1e5"),
    request("POST /api/v3/order?symbol=1E5"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
