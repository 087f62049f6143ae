"""ws-parameter-case: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.ws_case import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /ws-api/v3", ws=True, body='{"params": {"recv_window": 5}}'),)
NEAR_MISSES = (
    request("GET /ws-api/v3", ws=True, body='{"params": {"recvWindow": 5}}'),
    request("GET /api/v3/account?recv_window=5"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
