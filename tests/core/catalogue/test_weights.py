"""What requests weigh: tables copied from Binance's documentation."""

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.weights import (
    _RULES,
    FREE_ON_SUCCESS,
    INACCURATE_COUNT,
    documented_weight,
)


def endpoint(name: str) -> Endpoint:
    found = Catalogue.builtin().find(*name.split(" "))
    assert found is not None, name
    return found


SYMBOLS_21 = b"symbols=%5B" + b"%2c".join(b"%22S%22" for _ in range(21)) + b"%5D"
SYMBOLS_101 = b"symbols=[" + b",".join(b'"S"' for _ in range(101)) + b"]"

WEIGHTS = [
    ("GET /api/v3/account", b"", 20),
    ("GET /api/v3/depth", b"symbol=BTCUSDT", 5),
    ("GET /api/v3/depth", b"symbol=BTCUSDT&limit=100", 5),
    ("GET /api/v3/depth", b"limit=101&symbol=BTCUSDT", 25),
    ("GET /api/v3/depth", b"limit=1000&symbol=BTCUSDT", 50),
    ("GET /api/v3/depth", b"limit=5000&symbol=BTCUSDT", 250),
    ("GET /api/v3/depth", b"limit=99999&symbol=BTCUSDT", 250),
    ("GET /api/v3/depth", b"limit=abc&symbol=BTCUSDT", 5),
    ("GET /api/v3/depth", b"limit=&symbol=BTCUSDT", 5),
    ("GET /api/v3/depth", b"l%69mit=500&symbol=BTCUSDT", 25),
    ("GET /api/v3/openOrders", b"", 80),
    ("GET /api/v3/openOrders", b"symbol=", 80),
    ("GET /api/v3/openOrders", b"symbol=BTCUSDT", 6),
    ("GET /api/v3/myTrades", b"symbol=BTCUSDT", 20),
    ("GET /api/v3/myTrades", b"symbol=BTCUSDT&orderId=1", 5),
    ("GET /api/v3/ticker/24hr", b"", 80),
    ("GET /api/v3/ticker/24hr", b"symbol=BTCUSDT", 2),
    ("GET /api/v3/ticker/24hr", b"symbols=%5B%22BTCUSDT%22%2C%22BNBUSDT%22%5D", 2),
    ("GET /api/v3/ticker/24hr", SYMBOLS_21, 40),
    ("GET /api/v3/ticker/24hr", SYMBOLS_101, 80),
    ("GET /api/v3/ticker/price", b"", 4),
    ("GET /api/v3/ticker/price", b"symbol=BTCUSDT", 2),
    ("GET /api/v3/ticker/price", b"symbols=[%22BTCUSDT%22]", 4),
    ("GET /api/v3/ticker/tradingDay", SYMBOLS_21, 84),
    ("GET /api/v3/ticker/tradingDay", SYMBOLS_101, 200),
    ("GET /api/v3/executionRules", b"", 40),
    ("GET /api/v3/executionRules", b"symbol=BTCUSDT", 2),
    ("GET /fapi/v1/klines", b"symbol=BTCUSDT&interval=1m", 5),
    ("GET /fapi/v1/klines", b"limit=99", 1),
    ("GET /fapi/v1/klines", b"limit=100", 2),
    ("GET /fapi/v1/klines", b"limit=499", 2),
    ("GET /fapi/v1/klines", b"limit=1500", 10),
    ("GET /fapi/v1/depth", b"symbol=BTCUSDT", 10),
    ("GET /fapi/v1/depth", b"symbol=BTCUSDT&limit=5", 2),
    ("GET /fapi/v1/depth", b"symbol=BTCUSDT&limit=1000", 20),
    ("GET /fapi/v1/openOrders", b"", 40),
    ("GET /fapi/v1/ticker/bookTicker", b"", 5),
    ("GET /dapi/v1/allOrders", b"pair=BTCUSD", 5),
    ("GET /dapi/v1/userTrades", b"pair=BTCUSD", 5),
    ("GET /dapi/v1/forceOrders", b"", 50),
    ("GET /dapi/v1/forceOrders", b"symbol=BTCUSD_PERP", 20),
    ("GET /dapi/v2/leverageBracket", b"", 2),
    ("GET /dapi/v2/leverageBracket", b"symbol=BTCUSD_PERP", 1),
    ("GET /dapi/v1/openAlgoOrders", b"", 40),
    ("GET /dapi/v1/openAlgoOrders", b"symbol=BTCUSD_PERP", 1),
    ("POST /dapi/v1/algoOrder", b"", 0),
    ("GET /sapi/v1/margin/maxBorrowable", b"asset=BTC", 750),
    ("GET /eapi/v1/ticker", b"", 5),
    ("POST /fapi/v1/order", b"", 0),
    ("POST /api/v3/order", b"", 1),
    ("GET /papi/v1/um/openOrders", b"", None),
    ("GET /sapi/v1/c2c/ads/list", b"", None),
]


@pytest.mark.parametrize(("name", "query", "weight"), WEIGHTS)
def test_documented_weights(name: str, query: bytes, weight: int | None) -> None:
    found = Catalogue.builtin().find(*name.split(" ")) or Catalogue.builtin().unlisted(*name.split(" "))
    assert found is not None
    assert documented_weight(found, query) == weight


def test_the_parameters_of_a_test_order_may_stand_in_the_form() -> None:
    order = endpoint("POST /api/v3/order/test")
    assert documented_weight(order, b"", b"symbol=BTCUSDT&computeCommissionRates=true") == 20
    assert documented_weight(order, b"", b"symbol=BTCUSDT") == 1


@pytest.mark.parametrize("kind", ["order", "order/oco", "order/oto", "order/otoco"])
@pytest.mark.parametrize(
    ("query", "form", "weight"),
    [
        (b"symbol=BTCUSDT", b"", 6),
        (b"symbol=BTCUSDT&sideEffectType=NO_SIDE_EFFECT", b"", 6),
        (b"symbol=BTCUSDT&sideEffectType=AUTO_REPAY", b"", 6),
        (b"symbol=BTCUSDT&sideEffectType=MARGIN_BUY", b"", 1500),
        (b"", b"symbol=BTCUSDT&sideEffectType=AUTO_BORROW_REPAY", 1500),
    ],
)
def test_a_margin_order_that_borrows_is_dear(kind: str, query: bytes, form: bytes, weight: int) -> None:
    """Margin change log of 2026-04-23: 6 (UID), and 1500 (UID) for MARGIN_BUY and AUTO_BORROW_REPAY."""
    order = endpoint(f"POST /sapi/v1/margin/{kind}")
    assert order.weight_kind == "UID"
    assert documented_weight(order, query, form) == weight


def test_every_rule_is_for_an_endpoint_whose_weight_the_table_calls_variable() -> None:
    for method, path in _RULES:
        assert endpoint(f"{method} {path}").weight == "variable"


def test_the_variable_weights_without_a_rule_are_known_ones() -> None:
    """What is new in the table needs a rule, or a line here."""
    without = {
        one.name
        for one in Catalogue.builtin()
        if one.weight == "variable" and documented_weight(one, b"") is None
    }
    families = {name.split(" ")[1].split("/")[1] for name in without}
    assert families == {"fapi", "sapi", "papi"}
    assert {name for name in without if "/fapi/" in name} == {
        "GET /fapi/v1/fundingRate",
        "GET /fapi/v1/openAlgoOrders",
        "GET /fapi/v1/rpiDepth",
    }


def test_what_is_free_on_success_and_what_counts_wrongly_is_in_the_table() -> None:
    for method, path in FREE_ON_SUCCESS:
        assert endpoint(f"{method} {path}").mutates
        assert "only when the request fails" in endpoint(f"{method} {path}").note
    for path in INACCURATE_COUNT:
        endpoint(f"GET {path}")
