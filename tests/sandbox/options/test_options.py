"""Options: contracts of a unit, premiums per unit, limit orders alone."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

PATH = "/eapi/v1/order"
CALL = "BTC-261225-60000-C"
# The premium stands at 2000; one sells at 1995.
LIMIT = f"symbol={CALL}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.3&price=1000"


async def test_the_unit_stands_in_the_exchange_info(exchange: Any) -> None:
    listed = (await exchange.send("GET", "/eapi/v1/exchangeInfo")).json["optionSymbols"]
    assert {entry["underlying"] for entry in listed} == {"BTCUSDT"}
    assert [(entry["unit"], entry["side"]) for entry in listed if entry["symbol"] == CALL] == [(1, "CALL")]


async def test_an_order_is_placed_found_and_cancelled_once(exchange: Any) -> None:
    told = (await exchange.signed("POST", PATH, LIMIT + "&clientOrderId=mine")).json
    assert (told["status"], told["optionSide"]) == ("ACCEPTED", "CALL")
    query = f"symbol={CALL}&clientOrderId=mine"
    assert (await exchange.signed("GET", PATH, query)).json == told
    assert (await exchange.signed("GET", "/eapi/v1/openOrders")).json == [told]
    assert (await exchange.signed("DELETE", PATH, query)).json["status"] == "CANCELLED"
    assert (await exchange.signed("DELETE", PATH, query)).code == -2011
    assert (await exchange.signed("GET", PATH, f"symbol={CALL}&orderId=1")).code == -2013
    assert (await exchange.signed("GET", PATH, f"symbol={CALL}")).code == -1102
    assert (await exchange.signed("GET", "/eapi/v1/openOrders", f"symbol={CALL}")).json == []


@pytest.mark.parametrize(
    ("change", "status", "price"),
    [
        (("=1000", "=1000"), "NEW", "1000"),
        (("=1000", "=3000"), "FILLED", "2000"),
        (("BUY", "SELL"), "FILLED", "1995"),
        (("GTC", "IOC"), "EXPIRED", "1000"),
    ],
)
async def test_the_premium_is_written(
    exchange: Any, change: tuple[str, str], status: str, price: str
) -> None:
    assert (await exchange.signed("POST", PATH, LIMIT.replace(*change))).status == 200
    (entry,) = exchange.sandbox.executed
    assert (entry.product, entry.status, entry.price) == ("options", status, Decimal(price))
    assert (entry.contracts, entry.contract_size, entry.contract_coin) == (Decimal("0.3"), 1, "BTC")
    assert entry.quote_value == Decimal("0.3") * Decimal(price)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((CALL, "BTC-261225-1-C"), -1121),
        (("LIMIT", "MARKET"), -1116),
        (("&price=1000", ""), -1102),
        (("&timeInForce=GTC", ""), -1102),
        (("0.3", "0"), -4003),
        (("0.3", "0.001"), -1111),
        (("GTC", "GTX"), None),
        (("GTC&quantity=0.3&price=1000", "GTX&quantity=0.3&price=3000"), -5022),
        (("price=1000", "price=3000&postOnly=true"), -5022),
    ],
)
async def test_wrong_orders(exchange: Any, change: tuple[str, str], code: int | None) -> None:
    assert (await exchange.signed("POST", PATH, LIMIT.replace(*change))).code == code
    assert bool(exchange.sandbox.executed) is (code is None)


async def test_each_order_of_a_batch_stands_for_itself(exchange: Any) -> None:
    good = {
        "symbol": CALL,
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": 0.30,
        "price": "1000",
    }
    batch = quote(json.dumps([good, good | {"symbol": "NOSUCH"}, {}]))
    told = (await exchange.signed("POST", "/eapi/v1/batchOrders", f"orders={batch}")).json
    assert [entry.get("status", entry.get("code")) for entry in told] == ["ACCEPTED", -1121, -1102]
    assert (await exchange.signed("POST", "/eapi/v1/batchOrders", "orders=%5B%5D")).code == -1130
    eleven = quote(json.dumps([good] * 11))
    assert (await exchange.signed("POST", "/eapi/v1/batchOrders", f"orders={eleven}")).code == -1130
    assert [entry.operation for entry in exchange.sandbox.executed] == ["POST /eapi/v1/batchOrders"]


async def test_a_premium_can_be_moved(exchange: Any) -> None:
    exchange.sandbox.contract_prices[CALL] = Decimal(900)
    (told,) = (await exchange.send("GET", f"/eapi/v1/ticker?symbol={CALL}")).json
    assert (told["askPrice"], told["bidPrice"]) == ("900.00000000", "895.00000000")
    assert len((await exchange.send("GET", "/eapi/v1/mark")).json) == 3
    assert (await exchange.signed("POST", PATH, LIMIT)).json["status"] == "FILLED"
