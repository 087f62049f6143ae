"""enc-times-entity-on-wire: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.times_entity import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?recvWindow=5000\u00d7tamp=1"),
    request("GET /api/v3/account?recvWindow=5000%C3%97tamp=1"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?recvWindow=5000&timestamp=1"),
    request("GET /api/v3/account?name=3%C3%974"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
