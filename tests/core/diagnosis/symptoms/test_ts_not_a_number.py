"""ts-not-a-number: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_not_a_number import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=NaN"),
    request("GET /api/v3/account?timestamp=undefined"),
    request("GET /api/v3/account?timestamp=%7B%22serverTime%22%3A1%7D"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1780000000000"),
    request("GET /api/v3/account?timestamp=1.78E12"),
    request("GET /api/v3/account?timestamp="),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
