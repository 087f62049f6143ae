"""Order lists: pairs, of which one fill or one cancel ends both, and orders that start others."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import move_price
from tests.sandbox.conftest import NOW_MS

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


WORKING = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingQuantity=0.5&workingPrice="
PAIR = (
    "&pendingSide=SELL&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=66000"
    "&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=55000"
)
OTO = "/api/v3/orderList/oto"


def _written(exchange: Any) -> list[tuple[Any, ...]]:
    return [
        (entry.status, entry.side, entry.order_type, entry.base_quantity, entry.quote_value)
        for entry in exchange.sandbox.executed
    ]


async def test_an_order_starts_another_when_it_fills(exchange: Any) -> None:
    query = WORKING + "59000&pendingSide=SELL&pendingType=MARKET&pendingQuantity=0.4"
    told = (await exchange.signed("POST", OTO, query)).json
    assert (told["contingencyType"], len(told["orders"])) == ("OTO", 2)
    assert [report["status"] for report in told["orderReports"]] == ["NEW", "PENDING_NEW"]
    assert _written(exchange) == [
        ("NEW", "BUY", "LIMIT", Decimal("0.5"), Decimal(29_500)),
        ("PENDING_NEW", "SELL", "MARKET", Decimal("0.4"), Decimal(24_000)),
    ]
    assert len({entry.list_id for entry in exchange.sandbox.executed}) == 1
    move_price(exchange.sandbox, "BTCUSDT", Decimal(58_000), NOW_MS)
    assert _written(exchange)[2:] == [
        ("FILLED", "BUY", "LIMIT", Decimal("0.5"), Decimal(29_500)),
        ("FILLED", "SELL", "MARKET", Decimal("0.4"), Decimal("23199.996")),
    ]


async def test_an_order_that_fills_at_once_starts_the_other_at_once(exchange: Any) -> None:
    pending = (
        "&pendingSide=SELL&pendingType=LIMIT&pendingTimeInForce=GTC&pendingPrice=70000&pendingQuantity=0.4"
    )
    told = (await exchange.signed("POST", OTO, WORKING + "60000" + pending)).json
    assert [report["status"] for report in told["orderReports"]] == ["FILLED", "NEW"]
    assert [entry[:3] for entry in _written(exchange)] == [
        ("FILLED", "BUY", "LIMIT"),
        ("NEW", "SELL", "LIMIT"),
    ]


async def test_a_pair_follows_and_one_ends_the_other(exchange: Any) -> None:
    query = WORKING + "60000&pendingQuantity=0.4" + PAIR
    told = (await exchange.signed("POST", "/api/v3/orderList/otoco", query)).json
    assert [report["status"] for report in told["orderReports"]] == ["FILLED", "NEW", "NEW"]
    assert exchange.sandbox.account().balances["BTC"].locked == Decimal("0.4")
    move_price(exchange.sandbox, "BTCUSDT", Decimal(67_000), NOW_MS)
    assert _written(exchange)[3:] == [("FILLED", "SELL", "LIMIT_MAKER", Decimal("0.4"), Decimal(26_400))]
    assert (await exchange.signed("GET", "/api/v3/openOrders")).json == []
    assert exchange.sandbox.account().balances["BTC"].locked == 0


@pytest.mark.parametrize(
    ("path", "pending", "amounts"),
    [
        # 0.5 coins less a fee of a thousandth, in steps of 0.00001.
        ("opo", "&pendingSide=SELL&pendingType=LIMIT_MAKER&pendingPrice=66000", ["0.5", "0.49950"]),
        ("opoco", PAIR, ["0.5", "0.49950", "0.49950"]),
    ],
)
async def test_what_an_order_brought_pays_for_what_follows(
    exchange: Any, path: str, pending: str, amounts: list[str]
) -> None:
    assert (
        await exchange.signed("POST", f"/api/v3/orderList/{path}", WORKING + "60000" + pending)
    ).status == 200
    assert [str(entry.base_quantity) for entry in exchange.sandbox.executed] == amounts


@pytest.mark.parametrize("sides", [("SELL", "BUY"), ("SELL", "SELL"), ("BUY", "BUY")])
@pytest.mark.parametrize(
    ("path", "pending"),
    [
        ("opo", "&pendingType=LIMIT_MAKER&pendingPrice=66000"),
        ("opoco", PAIR.replace("&pendingSide=SELL", "")),
    ],
)
async def test_only_a_purchase_pays_and_only_for_a_sale(
    exchange: Any, sides: tuple[str, str], path: str, pending: str
) -> None:
    query = (WORKING + "60000").replace("BUY", sides[0]) + f"&pendingSide={sides[1]}{pending}"
    assert (await exchange.signed("POST", f"/api/v3/orderList/{path}", query)).code == -1130
    assert exchange.sandbox.executed == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("&pendingSide=SELL&pendingType=LIMIT&pendingQuantity=1", -1102),
        ("&pendingSide=SELL&pendingType=STOP_LOSS&pendingQuantity=1", -1102),
        ("&pendingSide=SELL&pendingType=MARKET&pendingQuantity=1&pendingPrice=1", -1106),
        ("&pendingSide=SELL&pendingType=MARKET", -1102),
        ("&pendingSide=sell&pendingType=MARKET&pendingQuantity=1", -1117),
        ("&pendingSide=SELL&pendingType=MARKET&pendingQuantity=1&quantity=1", -1104),
        ("&pendingSide=SELL&pendingType=MARKET&pendingQuantity=1e3", -1100),
    ],
)
async def test_wrong_lists_leave_nothing(exchange: Any, more: str, code: int) -> None:
    assert (await exchange.signed("POST", OTO, WORKING + "50000" + more)).code == code
    assert exchange.sandbox.executed == []
    assert exchange.sandbox.account().orders == {}


async def test_an_order_of_a_list_takes_the_others_with_it(exchange: Any) -> None:
    query = WORKING + "50000&pendingQuantity=0.4" + PAIR
    told = (await exchange.signed("POST", "/api/v3/orderList/otoco", query)).json
    first = told["orders"][0]["orderId"]
    assert (await exchange.signed("DELETE", "/api/v3/order", f"symbol=BTCUSDT&orderId={first}")).status == 200
    listed = await exchange.signed("GET", "/api/v3/orderList", f"orderListId={told['orderListId']}")
    assert listed.json["listStatusType"] == "ALL_DONE"
    assert exchange.sandbox.account().balances["USDT"].locked == 0
    move_price(exchange.sandbox, "BTCUSDT", Decimal(40_000), NOW_MS)
    assert len(exchange.sandbox.executed) == 3


async def test_followers_expire_with_an_order_that_found_nobody_or_that_cannot_be_paid(exchange: Any) -> None:
    ioc = (WORKING + "50000").replace("GTC", "IOC")
    market = "&pendingSide=SELL&pendingType=MARKET&pendingQuantity="
    told = (await exchange.signed("POST", OTO, ioc + market + "0.1")).json
    assert [report["status"] for report in told["orderReports"]] == ["EXPIRED", "EXPIRED"]
    told = (await exchange.signed("POST", OTO, WORKING + "60000" + market + "50")).json
    assert [report["status"] for report in told["orderReports"]] == ["FILLED", "EXPIRED"]
