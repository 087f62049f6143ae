"""enc-double-encoded-on-wire: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.double_encoded import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /x?email=a%2540b.c", code=-1022),)
NEAR_MISSES = (
    request("GET /x?email=a%2540b.c"),
    request("GET /x?email=a%40b.c", code=-1022),
    request("GET /x?rate=100%25", code=-1022),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
