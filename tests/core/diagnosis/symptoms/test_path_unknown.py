"""host-path-unknown: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.path_unknown import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/acount", status=404, raw_answer=b""),)
NEAR_MISSES = (
    request("GET /api/v3/account", status=404, raw_answer=b""),
    request("GET /api/v3/acount"),
    request("GET //api/v3/account", status=404, raw_answer=b""),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
