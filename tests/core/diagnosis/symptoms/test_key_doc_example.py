"""key-doc-example: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.key_doc_example import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account", key="vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", key="vmPUZE6m"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
