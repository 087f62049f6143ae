"""ts-behind: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_behind import SYMPTOM
from tests.core.diagnosis.checks import NOW, detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 5001),
    request("GET /api/v3/account?timestamp=1780000000000&recvWindow=60000", at=NOW + 60_001),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 5000),
    request("GET /api/v3/account?timestamp=1780000000000&recvWindow=60000", at=NOW + 5001),
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW - 9000),
    request("GET /api/v3/account?timestamp=1499827319559", at=NOW),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
