"""ws-apikey-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.ws_apikey import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /ws-api/v3", ws=True, body='{"params": {"signature": "ab"}}'),)
NEAR_MISSES = (
    request("GET /ws-api/v3", ws=True, body='{"params": {"signature": "ab", "apiKey": "k"}}'),
    request("GET /ws-api/v3", ws=True, body='{"params": {"timestamp": 1}}'),
    request("GET /ws-api/v3", ws=True, body="nonsense"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
