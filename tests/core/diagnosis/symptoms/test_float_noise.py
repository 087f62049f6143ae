"""param-float-noise: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.float_noise import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?quantity=0.30000000000000004"),
    request("POST /api/v3/order?price=1.2999999999999998"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?quantity=0.3"),
    request("POST /api/v3/order?quantity=0.00000001"),
    request("POST /api/v3/order?quantity=123456.78901234"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
