"""enc-whole-query-encoded: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.whole_query import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("POST /api/v3/order?symbol%3DBTCUSDT%26side%3DBUY"),)
NEAR_MISSES = (
    request("GET /api/v3/account?name=a%3D1%26b%3D2&timestamp=1"),
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
