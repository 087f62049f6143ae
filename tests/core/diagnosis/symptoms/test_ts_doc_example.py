"""ts-doc-example-timestamp: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.ts_doc_example import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/account?timestamp=1499827319559"),)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1499827319558"),
    request("GET /api/v3/klines?startTime=1499827319559"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
