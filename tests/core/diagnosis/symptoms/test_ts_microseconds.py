"""ts-microseconds-not-spot: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.ts_microseconds import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000000", code=-1021),)
NEAR_MISSES = (
    request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000000"),
    request("GET /api/v3/account?timestamp=1780000000000000", code=-1021),
    request("GET /sapi/v1/capital/config/getall?timestamp=1780000000000", code=-1021),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
