"""Batches: each order for itself, judged like one that came alone."""

import json
from typing import Any
from urllib.parse import quote

import pytest

PATH = "/fapi/v1/batchOrders"
GOOD = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "50000",
}


def _query(batch: object) -> str:
    return "batchOrders=" + quote(batch if isinstance(batch, str) else json.dumps(batch))


async def test_each_order_of_a_batch_stands_for_itself(exchange: Any) -> None:
    batch = [GOOD, GOOD | {"symbol": "NOSUCH"}, GOOD | {"side": "buy"}, {}, "order"]
    told = (await exchange.signed("POST", PATH, _query(batch))).json
    assert [entry.get("code") for entry in told] == [None, -1121, -1117, -1102, -1102]
    numbers = quote(f"[{told[0]['orderId']},1]")
    cancelled = (await exchange.signed("DELETE", PATH, f"symbol=BTCUSDT&orderIdList={numbers}")).json
    assert [entry.get("status", entry.get("code")) for entry in cancelled] == ["CANCELED", -2011]
    assert [entry.operation for entry in exchange.sandbox.executed] == [f"POST {PATH}"]


@pytest.mark.parametrize(("batch", "code"), [("x", -1100), ("{}", -1130), ("[]", -1130), ([GOOD] * 6, -1130)])
async def test_what_is_no_batch(exchange: Any, batch: object, code: int) -> None:
    assert (await exchange.signed("POST", PATH, _query(batch))).code == code


@pytest.mark.parametrize(
    ("change", "quantity"),
    [
        ('"quantity":0.01', "0.01"),
        ('"quantity":0.10000000', "0.10000000"),
        ('"quantity":3', "3"),
        ('"quantity":"0.01","Quantity":"5"', "0.01"),  # another name
        ('"quantity":"0.01","quantity":"5"', "5"),  # the last of two
        ('"quantity":1e1', None),
        ('"quantity":NaN', None),
        ('"quantity":true', None),
        ('"quantity":["0.01"]', None),
        ('"quantity":null', None),
        ('"quantity":""', None),
    ],
)
async def test_numbers_count_as_they_are_written(exchange: Any, change: str, quantity: str | None) -> None:
    text = json.dumps([GOOD]).replace('"quantity": "0.01"', change)
    (told,) = (await exchange.signed("POST", PATH, _query(text))).json
    assert [str(entry.base_quantity) for entry in exchange.sandbox.executed] == (
        [] if quantity is None else [quantity]
    )
    assert ("code" in told) is (quantity is None)


async def test_what_stands_beside_a_batch_has_no_part_in_it(exchange: Any) -> None:
    await exchange.signed("POST", PATH, "symbol=ETHUSDT&quantity=5&price=1&" + _query([GOOD]))
    (entry,) = exchange.sandbox.executed
    assert (entry.symbol, str(entry.base_quantity), str(entry.price)) == ("BTCUSDT", "0.01", "50000")


@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_several_orders_are_changed_at_once(exchange: Any, prefix: str, symbol: str) -> None:
    path, good = f"{prefix}/v1/batchOrders", GOOD | {"symbol": symbol, "quantity": 1}
    placed = (await exchange.signed("POST", path, form=_query([good, good]))).json
    changes = [
        {"symbol": symbol, "side": "BUY", "orderId": order["orderId"], "quantity": "2", "price": 50000}
        for order in placed
    ]
    told = (await exchange.signed("PUT", path, _query([*changes, changes[0], {"symbol": symbol}]))).json
    assert [entry.get("origQty", entry.get("code")) for entry in told] == [
        "2.00000000",
        "2.00000000",
        -5027,
        -1102,
    ]
    amounts = [entry.contracts or entry.base_quantity for entry in exchange.sandbox.executed]
    assert amounts == [1, 1, 2, 2]


async def test_orders_are_cancelled_by_names_too(exchange: Any) -> None:
    await exchange.signed("POST", PATH, _query([GOOD | {"newClientOrderId": "mine"}]))
    names = quote('["mine","other"]')
    told = (await exchange.signed("DELETE", PATH, f"symbol=BTCUSDT&origClientOrderIdList={names}")).json
    assert [entry.get("status", entry.get("code")) for entry in told] == ["CANCELED", -2011]
    assert (await exchange.signed("DELETE", PATH, "symbol=BTCUSDT")).code == -1102
