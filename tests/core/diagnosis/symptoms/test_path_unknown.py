"""host-path-unknown: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.path_unknown import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/acount", status=404, raw_answer=b""),
    request("POST /wapi/v3/withdraw.html?asset=ETH", code=-1022),
)
NEAR_MISSES = (
    request("GET /wapi/v3/depositHistory.html", host="api.binance.us"),
    request("GET /api/v3/account", status=404, raw_answer=b""),
    request("GET /api/v3/acount"),
    request("GET //api/v3/account", status=404, raw_answer=b""),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
