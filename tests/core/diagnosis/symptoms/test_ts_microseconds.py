"""ts-microseconds-not-spot: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_microseconds import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000000", code=-1021),)
NEAR_MISSES = (
    request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000000"),
    request("GET /api/v3/account?timestamp=1780000000000000", code=-1021),
    request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000", code=-1021),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
