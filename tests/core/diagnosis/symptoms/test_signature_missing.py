"""place-signature-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.signature_missing import SYMPTOM
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1"),
    request("GET /api/v3/account?timestamp=1&signature="),
    request("POST /sapi/v1/nobody/knows?timestamp=1"),
)
NEAR_MISSES = (
    request("GET /api/v3/time"),
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
    request("OPTIONS /api/v3/account?timestamp=1"),
    request("GET /api/v3/account?timestamp=1", headers={"signature": SIGNATURE}),
    request("GET /fapi/v1/nobody"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
