"""ts-timezone-shift: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_timezone import SYMPTOM
from tests.core.diagnosis.checks import NOW, detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 3_600_000 + 300),
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW - 19_800_000),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 300),
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 3_660_000),
    request("GET /api/v3/account?timestamp=1780000000000"),
    request("GET /api/v3/account?timestamp=1780000000000", at=NOW + 10**9),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
