"""Conditional orders: placed, found, cancelled, set off by a move of the price."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import move_contract_price
from tests.sandbox.conftest import NOW_MS

PATH = "/fapi/v1/algoOrder"
BASE = "algoType=CONDITIONAL&symbol=BTCUSDT&"
STOP = BASE + "side=SELL&type=STOP_MARKET&triggerPrice=55000&quantity=0.5"
CLOSE = BASE + "side=SELL&type=STOP_MARKET&triggerPrice=55000&closePosition=true"


def _hold(exchange: Any, amount: str, side: str = "BOTH", name: str = "BTCUSDT") -> None:
    exchange.sandbox.account().futures.positions[name, side] = Decimal(amount)


def _written(exchange: Any) -> list[tuple[Any, ...]]:
    return [
        (entry.status, entry.order_type, entry.base_quantity, entry.price, entry.note)
        for entry in exchange.sandbox.executed
    ]


@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_an_order_is_placed_found_and_cancelled_once(exchange: Any, prefix: str, symbol: str) -> None:
    path = f"{prefix}/v1/algoOrder"
    asked = STOP.replace("BTCUSDT", symbol).replace("0.5", "2") + "&clientAlgoId=mine"
    told = (await exchange.signed("POST", path, asked)).json
    assert (told["algoStatus"], told["orderType"], told["triggerPrice"]) == (
        "NEW",
        "STOP_MARKET",
        "55000.00000000",
    )
    assert (await exchange.signed("GET", path, "clientAlgoId=mine")).json == told
    for query in ("", f"symbol={symbol}", f"algoId={told['algoId']}"):
        assert (await exchange.signed("GET", f"{prefix}/v1/openAlgoOrders", query)).json == [told]
    other = "/dapi" if prefix == "/fapi" else "/fapi"
    assert (await exchange.signed("GET", f"{other}/v1/openAlgoOrders")).json == []
    query = f"algoId={told['algoId']}"
    assert (await exchange.signed("DELETE", path, query)).json["msg"] == "success"
    assert (await exchange.signed("DELETE", path, query)).code == -2011
    assert (await exchange.signed("GET", path, query)).json["algoStatus"] == "CANCELED"
    assert (await exchange.signed("GET", path, "algoId=1")).code == -2013
    assert (await exchange.signed("GET", path)).code == -1102
    (entry,) = exchange.sandbox.executed
    assert (entry.contracts or entry.base_quantity) == 2
    assert entry.quote_value == (110_000 if prefix == "/fapi" else 200)


async def test_all_of_a_symbol_are_cancelled(exchange: Any) -> None:
    for symbol in ("BTCUSDT", "ETHUSDT"):
        asked = STOP.replace("BTCUSDT", symbol).replace("55000", "2000")
        assert (await exchange.signed("POST", PATH, asked)).status == 200
    assert (await exchange.signed("DELETE", "/fapi/v1/algoOpenOrders", "symbol=ETHUSDT")).json["code"] == 200
    left = (await exchange.signed("GET", "/fapi/v1/openAlgoOrders")).json
    assert [entry["symbol"] for entry in left] == ["BTCUSDT"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (STOP.replace("&quantity=0.5", ""), -1102),
        (STOP.replace("&triggerPrice=55000", ""), -1102),
        (STOP.replace("algoType=CONDITIONAL&", ""), -1102),
        (STOP.replace("CONDITIONAL", "TWAP"), -1130),
        (STOP.replace("STOP_MARKET", "LIMIT"), -1116),
        (STOP.replace("STOP_MARKET", "STOP"), -1102),
        (STOP.replace("STOP_MARKET", "STOP") + "&price=1", None),
        (STOP.replace("STOP_MARKET", "STOP") + "&priceMatch=QUEUE_5", None),
        (STOP.replace("0.5", "0"), -4003),
        (STOP.replace("55000", "65000"), -2021),
        (STOP.replace("STOP", "TAKE_PROFIT"), -2021),
        (STOP.replace("SELL", "BUY"), -2021),
        (STOP + "&reduceOnly=true", -2022),
        (CLOSE, -4509),
        (CLOSE + "&quantity=1", -4137),
        (CLOSE + "&reduceOnly=true", -1106),
        (CLOSE.replace("STOP_MARKET", "STOP") + "&price=1", -4136),
        (BASE + "side=SELL&type=TRAILING_STOP_MARKET&quantity=1", -1102),
        (BASE + "side=SELL&type=TRAILING_STOP_MARKET&quantity=1&callbackRate=21", -2007),
        (BASE + "side=SELL&type=TRAILING_STOP_MARKET&quantity=1&callbackRate=20", None),
    ],
)
async def test_wrong_orders(exchange: Any, asked: str, code: int | None) -> None:
    assert (await exchange.signed("POST", PATH, asked)).code == code
    assert bool(exchange.sandbox.executed) is (code is None)


async def test_close_position_closes_all_that_is_held_when_it_goes_off(exchange: Any) -> None:
    _hold(exchange, "3")
    assert (await exchange.signed("POST", PATH, CLOSE)).json["closePosition"] is True
    _hold(exchange, "4.5")
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(54_000), NOW_MS)
    assert _written(exchange) == [
        ("NEW", "STOP_MARKET", Decimal(3), Decimal(55_000), "closePosition"),
        ("FILLED", "MARKET", Decimal("4.5"), Decimal("53999.99"), "closePosition"),
    ]
    assert len({entry.order_id for entry in exchange.sandbox.executed}) == 1
    assert exchange.sandbox.account().futures.positions["BTCUSDT", "BOTH"] == 0


async def test_a_quantity_beside_close_position_may_be_passed_over(open_exchange: Any) -> None:
    exchange = await open_exchange(closing_quantity="pass_over")
    _hold(exchange, "3")
    assert (await exchange.signed("POST", PATH, CLOSE + "&quantity=0.1")).json["closePosition"] is True
    assert _written(exchange) == [("NEW", "STOP_MARKET", Decimal(3), Decimal(55_000), "closePosition")]


async def test_what_has_nothing_left_to_close_expires(exchange: Any) -> None:
    _hold(exchange, "-3")
    told = (await exchange.signed("POST", PATH, CLOSE.replace("SELL", "BUY").replace("55000", "65000"))).json
    _hold(exchange, "0")
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(66_000), NOW_MS)
    query = f"algoId={told['algoId']}"
    assert (await exchange.signed("GET", PATH, query)).json["algoStatus"] == "EXPIRED"
    assert len(exchange.sandbox.executed) == 1


async def test_a_stop_with_a_price_becomes_a_limit_order(exchange: Any) -> None:
    asked = BASE + "side=BUY&type=STOP&triggerPrice=65000&price=64000&quantity=0.5&timeInForce=GTC"
    await exchange.signed("POST", PATH, asked)
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(64_999), NOW_MS)
    assert len(exchange.sandbox.executed) == 1
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(65_000), NOW_MS)
    (resting,) = (await exchange.signed("GET", "/fapi/v1/openOrders")).json
    assert (resting["type"], resting["price"]) == ("LIMIT", "64000.00000000")
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(63_000), NOW_MS)
    assert [entry[0] for entry in _written(exchange)] == ["NEW", "NEW", "FILLED"]
    assert exchange.sandbox.account().futures.positions["BTCUSDT", "BOTH"] == Decimal("0.5")


@pytest.mark.parametrize(
    ("side", "more", "trigger"),
    [("SELL", "", "59399.9901"), ("BUY", "", "60600"), ("SELL", "&activatePrice=70000", None)],
)
async def test_a_trailing_stop_stands_where_it_would_go_off_now(
    exchange: Any, side: str, more: str, trigger: str | None
) -> None:
    asked = BASE + f"side={side}&type=TRAILING_STOP_MARKET&quantity=0.5&callbackRate=1{more}"
    answer = await exchange.signed("POST", PATH, asked)
    assert answer.code == (-2021 if trigger is None else None)
    if trigger is not None:
        assert Decimal(answer.json["triggerPrice"]) == Decimal(trigger)
