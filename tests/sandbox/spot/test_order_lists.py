"""Order pairs: one fill or one cancel ends both, and the funds are locked once."""

from decimal import Decimal
from typing import Any

from proxy.sandbox import move_price

NEW = (
    "symbol=BTCUSDT&side=SELL&quantity=0.1&aboveType=LIMIT_MAKER&abovePrice=66000&belowType=STOP_LOSS"
    "&belowStopPrice=54000&listClientOrderId=pair"
)
OLD = (
    "symbol=BTCUSDT&side=SELL&quantity=0.1&price=66000&stopPrice=54000&stopLimitPrice=53000"
    "&stopLimitTimeInForce=GTC"
)


async def _place(exchange: Any, path: str = "/api/v3/orderList/oco", query: str = NEW) -> Any:
    answer = await exchange.signed("POST", path, query)
    assert answer.status == 200, answer
    return answer.json


async def test_a_pair_locks_its_funds_once(exchange: Any) -> None:
    told = await _place(exchange)
    assert [order["type"] for order in told["orderReports"]] == ["LIMIT_MAKER", "STOP_LOSS"]
    held = exchange.sandbox.account().balances["BTC"]
    assert (held.free, held.locked) == (Decimal("1.9"), Decimal("0.1"))


async def test_the_older_call_makes_the_same_pair(exchange: Any) -> None:
    told = await _place(exchange, "/api/v3/order/oco", OLD)
    assert [order["type"] for order in told["orderReports"]] == ["LIMIT_MAKER", "STOP_LOSS_LIMIT"]
    assert told["orderReports"][1]["price"] == "53000.00000000"


async def test_both_orders_on_one_side_of_the_market_are_refused(exchange: Any) -> None:
    answer = await exchange.signed("POST", "/api/v3/orderList/oco", NEW.replace("54000", "65000"))
    assert answer.json["msg"] == "The relationship of the prices for the orders is not correct."
    assert exchange.sandbox.account().balances["BTC"].locked == 0


async def test_one_fill_ends_the_other_order(exchange: Any) -> None:
    await _place(exchange)
    move_price(exchange.sandbox, "BTCUSDT", Decimal(54000), 1)
    orders = (await exchange.signed("GET", "/api/v3/allOrders", "symbol=BTCUSDT")).json
    assert {order["type"]: order["status"] for order in orders} == {
        "LIMIT_MAKER": "EXPIRED",
        "STOP_LOSS": "FILLED",
    }
    held = exchange.sandbox.account().balances["BTC"]
    assert (held.free, held.locked) == (Decimal("1.9"), 0)
    assert (await exchange.signed("GET", "/api/v3/openOrderList")).json == []


async def test_a_pair_is_cancelled_and_found_by_its_ids(exchange: Any) -> None:
    told = await _place(exchange)
    for query in (f"orderListId={told['orderListId']}", "origClientOrderId=pair"):
        assert (await exchange.signed("GET", "/api/v3/orderList", query)).json[
            "listOrderStatus"
        ] == "EXECUTING"
    cancelled = await exchange.signed("DELETE", "/api/v3/orderList", "symbol=BTCUSDT&listClientOrderId=pair")
    assert cancelled.json["listOrderStatus"] == "ALL_DONE"
    assert exchange.sandbox.account().balances["BTC"].free == Decimal(2)
    assert (
        await exchange.signed("DELETE", "/api/v3/orderList", "symbol=BTCUSDT&listClientOrderId=pair")
    ).code == -2011
    assert (await exchange.signed("GET", "/api/v3/orderList", "orderListId=1")).code == -2018
    assert len((await exchange.signed("GET", "/api/v3/allOrderList")).json) == 1
