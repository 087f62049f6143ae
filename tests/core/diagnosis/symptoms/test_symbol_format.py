"""param-symbol-format: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.symbol_format import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/openOrders?symbol=BTC/USDT"),
    request("GET /api/v3/openOrders?symbol=btcusdt"),
    request("GET /api/v3/openOrders?symbol=BTC-USDT"),
    request("GET /api/v3/openOrders?symbol=BTC_USDT"),
    request("GET /api/v3/openOrders?symbol=BTC%2FUSDT"),
)
NEAR_MISSES = (
    request("GET /api/v3/openOrders?symbol=BTCUSDT"),
    request("GET /dapi/v1/openOrders?symbol=BTCUSD_PERP", host="dapi.binance.com"),
    request("GET /eapi/v1/openOrders?symbol=BTC-200730-9000-C", host="eapi.binance.com"),
    request("GET /api/v3/openOrders?symbol=%E5%B8%81USDT"),
    request("GET /api/v3/openOrders?symbol=BTCUSDT%C3%97tamp=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
