"""place-signature-twice: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.signature_twice import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab&signature=abababababababababababababababababababababababababababababababab"
    ),
    request("POST /api/v3/order?signature=aa", body="price=1&signature=bb"),
)
NEAR_MISSES = (
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000"
    ),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
