"""param-mandatory-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.mandatory_missing import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?symbol=A&side=BUY&type=LIMIT&quantity=1&price=2&timestamp=1"),
    request("POST /api/v3/order?symbol=A&side=BUY&type=MARKET&timestamp=1"),
)
NEAR_MISSES = (
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000"
    ),
    request("POST /api/v3/order?symbol=A&side=BUY&type=MARKET&quoteOrderQty=5&timestamp=1"),
    request("POST /api/v3/order", body='{"symbol": "A"}'),
    request("GET /api/v3/order?symbol=A"),
    request(
        "POST /api/v3/order?symbol=A&side=BUY&type=MARKET&quanity=1&timestamp=1"
    ),  # misspelt, not left out
    request("POST /api/v3/order?symbol=A&side=BUY&type=LIMIT&timeInForce=GTC&quanity=1&price=2&timestamp=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
