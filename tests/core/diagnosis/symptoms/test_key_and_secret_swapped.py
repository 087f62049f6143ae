"""key-and-secret-swapped: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.key_and_secret_swapped import SYMPTOM
from tests.core.diagnosis.checks import SECRET, detect, request

SEEN = (request("GET /api/v3/account", key=SECRET),)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", key=SECRET, known=False),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
