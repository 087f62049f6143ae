"""host-double-slash: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.double_slash import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET //api/v3/account"),
    request("GET /api/v3/account/"),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /"),
    request("GET /api/v3/account?url=http://x//y"),
    request("GET http://api.binance.com/api/v3/time"),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
