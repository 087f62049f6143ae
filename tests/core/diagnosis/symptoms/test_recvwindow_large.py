"""ts-recvwindow-too-large: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.recvwindow_large import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?recvWindow=60001"),
    request("GET /api/v3/account?recvWindow=6000000"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?recvWindow=60000"),
    request("GET /api/v3/account?recvWindow=many"),
    request("GET /api/v3/account"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
