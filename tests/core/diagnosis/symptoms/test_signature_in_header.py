"""place-signature-in-header: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.signature_in_header import SYMPTOM
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (request("GET /api/v3/account?timestamp=1", headers={"X-MBX-SIGNATURE": SIGNATURE}),)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1", headers={"X-MBX-SIGNATURE": "short"}),
    request(
        "GET /api/v3/account?timestamp=1&signature=abababababababababababababababababababababababababababababababab",
        headers={"X-MBX-SIGNATURE": SIGNATURE},
    ),
    request("GET /api/v3/account?timestamp=1"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
