"""Portfolio margin: the engines of futures and margin, on books of its own."""

from decimal import Decimal
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("part", "symbol", "product", "value"),
    [("um", "BTCUSDT", "usdm", 100_000), ("cm", "BTCUSD_PERP", "coinm", 200)],
)
async def test_futures_orders(exchange: Any, part: str, symbol: str, product: str, value: int) -> None:
    path = f"/papi/v1/{part}/order"
    asked = f"symbol={symbol}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=50000"
    told = (await exchange.signed("POST", path, asked)).json
    assert (await exchange.signed("GET", f"/papi/v1/{part}/openOrders")).json == [told]
    for family in ("/fapi/v1", "/dapi/v1"):
        assert (await exchange.signed("GET", f"{family}/openOrders")).json == []
    query = f"symbol={symbol}&orderId={told['orderId']}"
    more = await exchange.signed("PUT", path, query + "&side=BUY&quantity=3&price=50000")
    assert more.json["origQty"] == "3.00000000"
    assert (await exchange.signed("GET", path, query)).json == more.json
    assert (await exchange.signed("DELETE", path, query)).json["status"] == "CANCELED"
    first = exchange.sandbox.executed[0]
    assert (first.product, first.operation, first.quote_value) == (product, f"POST {path}", value)
    assert (await exchange.signed("POST", path, asked.replace("LIMIT", "STOP"))).code == -1116
    other = asked.replace(symbol, "BTCUSDT" if part == "cm" else "BTCUSD_PERP")
    assert (await exchange.signed("POST", path, other)).code == -1121


async def test_margin_orders(exchange: Any) -> None:
    path = "/papi/v1/margin/order"
    asked = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=2&sideEffectType=MARGIN_BUY"
    told = (await exchange.signed("POST", path, asked)).json
    assert told["marginBuyBorrowAmount"] == "20000.00000000"
    query = f"symbol=BTCUSDT&orderId={told['orderId']}"
    assert (await exchange.signed("GET", path, query)).json["status"] == "FILLED"
    assert (await exchange.signed("DELETE", path, query)).code == -2011
    assert [entry.deed for entry in exchange.sandbox.executed] == ["order", "borrow"]
    assert exchange.sandbox.margin_account("main", "portfolio").balances["BTC"].free > Decimal("3.9")
    assert exchange.sandbox.margin_account("main").balances["BTC"].free == 2


@pytest.mark.parametrize("family", ["/papi", "/eapi"])
async def test_the_listen_key_needs_the_key_alone(exchange: Any, family: str) -> None:
    path = f"{family}/v1/listenKey"
    assert (await exchange.send("PUT", path)).code == -1125
    opened = (await exchange.send("POST", path)).json["listenKey"]
    assert (await exchange.send("PUT", path)).json["listenKey"] == opened
    assert (await exchange.send("DELETE", path)).json == {}


async def test_counts_and_weights_are_its_own(exchange: Any) -> None:
    await exchange.send("GET", "/fapi/v1/time")
    order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
    answer = await exchange.signed("POST", "/papi/v1/um/order", order)
    assert answer.headers["x-mbx-used-weight-1m"] == answer.headers["x-mbx-order-count-1m"] == "1"
    assert "x-mbx-order-count-10s" not in answer.headers
