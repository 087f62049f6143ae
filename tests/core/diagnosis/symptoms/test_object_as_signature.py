"""alg-object-as-signature: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.object_as_signature import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1&signature=[object%20Object]"),
    request("GET /api/v3/account?timestamp=1&signature=%3Chmac%20at%200x1%3E"),
    request("GET /api/v3/account?timestamp=1&signature=com.example.Mac@1a2b3c"),
    request("GET /api/v3/account?timestamp=1&signature=[B@1f"),
    request("GET /api/v3/account?timestamp=1&signature=<built-in+method+hexdigest+of"),
    request("GET /api/v3/account?timestamp=1&signature=<Buffer+3a+4f>"),
    request("GET /api/v3/account?timestamp=1&signature=[object+Promise]"),
)
NEAR_MISSES = (
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
    request("GET /api/v3/account?timestamp=1&signature=(stdin)%3D%20ab"),
    request("GET /api/v3/account?timestamp=1&signature=<signature>"),
    request("GET /api/v3/account?timestamp=1&signature=%3Cyour+HMAC%3E"),
    request("GET /api/v3/account?timestamp=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
