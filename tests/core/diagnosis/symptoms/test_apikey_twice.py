"""header-apikey-twice: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.evidence import Evidence
from proxy.core.diagnosis.symptoms.apikey_twice import SYMPTOM
from tests.core.diagnosis.checks import KEY, detect, request

SEEN = (request("GET /api/v3/account", headers={"x-mbx-apikey": "other"}),)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", headers={"x-mbx-apikey": KEY}),
)


@pytest.mark.parametrize("evidence", SEEN)
def test_it_is_seen(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is not None


@pytest.mark.parametrize("evidence", NEAR_MISSES)
def test_near_misses_are_not_accused(evidence: Evidence) -> None:
    assert detect(SYMPTOM, evidence) is None
