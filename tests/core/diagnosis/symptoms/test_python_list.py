"""param-list-as-text: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.python_list import SYMPTOM
from tests.core.diagnosis.checks import detect, request

NAMED = "Mandatory parameter 'orderIdList' was not sent, was empty/null, or malformed."
SEEN = (
    request("POST /sapi/v1/asset/dust", body="asset=%5B%27BTC%27%2C+%27ETH%27%5D"),
    request("GET /api/v3/ticker/price?symbols=%5BBTCUSDT+BNBUSDT%5D", code=-1100),
    request("GET /api/v3/ticker/price?symbols=BTCUSDT,BNBUSDT"),
    request(
        "POST /fapi/v1/batchOrders",
        body="batchOrders=%5B%7B%27side%27%3A+%27BUY%27%2C+%27quantity%27%3A+0.1%7D%5D",
    ),
    request("DELETE /fapi/v1/batchOrders?orderIdList=1&orderIdList=2", code=-1102, msg=NAMED),
    request("POST /fapi/v1/batchOrders?batchOrders=[%7B'symbol':+'BTCUSDT',+'reduceOnly':+True%7D]"),
)
NEAR_MISSES = (
    request("DELETE /fapi/v1/batchOrders?orderIdList=1&orderIdList=2"),
    request("DELETE /fapi/v1/batchOrders?orderIdList=[1,2]", code=-1102, msg=NAMED),
    request("GET /api/v3/order?orderId=1&orderId=2", code=-1102, msg=NAMED),
    request("GET /api/v3/ticker?symbols=%5B%22BTCUSDT%22%5D"),
    request("GET /x?name=it%27s"),
    request("POST /fapi/v1/batchOrders", body="batchOrders=%5B%7B%22side%22%3A%22it%27s%22%7D%5D"),
    request("POST /fapi/v1/batchOrders?batchOrders=[%7B%22symbol%22:%22it's%22%7D]"),
    request("DELETE /fapi/v1/batchOrders?orderIdList=%5B1%2C2%5D"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
