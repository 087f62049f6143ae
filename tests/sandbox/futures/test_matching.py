"""The engine of futures: what fills at once, what rests, what may only close."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from proxy.sandbox import Sandbox, SandboxKey, move_contract_price
from proxy.sandbox.call import Call
from proxy.sandbox.futures import algo, orders as plain_orders
from proxy.sandbox.refusals import Refusal
from tests.sandbox.conftest import NOW_MS

PATH = "/fapi/v1/order"
LIMIT = "symbol=BTCUSDT&type=LIMIT&quantity=0.5&timeInForce="


@pytest.mark.parametrize(
    ("query", "status", "price"),
    [
        ("GTC&side=BUY&price=70000", "FILLED", "60000"),
        ("GTC&side=BUY&price=59999", "NEW", "59999"),
        ("GTC&side=SELL&price=50000", "FILLED", "59999.99"),
        ("GTC&side=SELL&price=60000", "NEW", "60000"),
        ("IOC&side=BUY&price=50000", "EXPIRED", "50000"),
        ("FOK&side=BUY&price=60000", "FILLED", "60000"),
        ("GTX&side=BUY&price=50000", "NEW", "50000"),
        # The market's best bid is 59999.99, the best ask 60000, a tick 0.01.
        ("GTC&side=BUY&priceMatch=OPPONENT", "FILLED", "60000"),
        ("GTC&side=BUY&priceMatch=QUEUE", "NEW", "59999.99"),
        ("GTC&side=BUY&priceMatch=QUEUE_20", "NEW", "59999.80"),
        ("GTC&side=SELL&priceMatch=QUEUE_5", "NEW", "60000.04"),
        ("GTC&side=SELL&priceMatch=OPPONENT_10", "FILLED", "59999.99"),
    ],
)
async def test_an_order_fills_at_once_or_rests(exchange: Any, query: str, status: str, price: str) -> None:
    assert (await exchange.signed("POST", PATH, LIMIT + query)).json["status"] == status
    (entry,) = exchange.sandbox.executed
    assert (entry.status, entry.price, entry.quote_value) == (status, Decimal(price), Decimal(price) / 2)


async def test_what_must_not_take_is_refused_if_it_would(exchange: Any) -> None:
    assert (await exchange.signed("POST", PATH, LIMIT + "GTX&side=BUY&price=60000")).code == -5022
    assert exchange.sandbox.executed == []


async def test_a_resting_order_fills_at_its_own_price(exchange: Any) -> None:
    await exchange.signed("POST", PATH, LIMIT + "GTC&side=BUY&price=50000")
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(40_000), NOW_MS)
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(30_000), NOW_MS)
    assert [(entry.status, entry.price) for entry in exchange.sandbox.executed] == [
        ("NEW", 50_000),
        ("FILLED", 50_000),
    ]


@pytest.mark.parametrize(("held", "taken"), [("0.2", "0.2"), ("5", "0.5")])
async def test_what_only_closes_takes_no_more_than_is_held(exchange: Any, held: str, taken: str) -> None:
    book = exchange.sandbox.account().futures
    book.positions["BTCUSDT", "BOTH"] = Decimal(held)
    only = "symbol=BTCUSDT&type=MARKET&quantity=0.5&reduceOnly=true&side="
    assert (await exchange.signed("POST", PATH, only + "BUY")).code == -2022
    assert (await exchange.signed("POST", PATH, only + "SELL")).status == 200
    assert [str(entry.base_quantity) for entry in exchange.sandbox.executed] == [taken]
    assert book.positions["BTCUSDT", "BOTH"] == Decimal(held) - Decimal(taken)


async def test_a_closing_order_that_comes_too_late_expires(exchange: Any) -> None:
    book = exchange.sandbox.account().futures
    book.positions["BTCUSDT", "BOTH"] = Decimal(1)
    await exchange.signed("POST", PATH, LIMIT + "GTC&side=SELL&price=70000&reduceOnly=true")
    book.positions.clear()
    move_contract_price(exchange.sandbox, "BTCUSDT", Decimal(80_000), NOW_MS)
    assert [entry.status for entry in exchange.sandbox.executed] == ["NEW", "EXPIRED"]


async def test_in_hedge_mode_each_side_is_held_and_closed_by_itself(exchange: Any) -> None:
    book = exchange.sandbox.account().futures
    book.two_sided = True
    market = "symbol=BTCUSDT&type=MARKET&quantity=0.5"
    assert (await exchange.signed("POST", PATH, market + "&side=SELL&positionSide=LONG")).code == -2022
    assert (await exchange.signed("POST", PATH, market + "&side=BUY&positionSide=LONG")).status == 200
    assert (await exchange.signed("POST", PATH, market + "&side=SELL&positionSide=SHORT")).status == 200
    assert book.positions == {("BTCUSDT", "LONG"): Decimal("0.5"), ("BTCUSDT", "SHORT"): Decimal("-0.5")}
    assert (await exchange.signed("POST", PATH, market + "&side=BUY&positionSide=SHORT")).status == 200
    assert book.positions["BTCUSDT", "SHORT"] == 0


def test_only_a_contract_can_be_moved(exchange: Any) -> None:
    with pytest.raises(KeyError):
        move_contract_price(exchange.sandbox, "NOSUCH", Decimal(1), NOW_MS)


QUANTITIES = st.sampled_from(["0.5", "1", "3"])
PRICES = st.sampled_from(["50000", "59999.99", "60000", "70000"])


@st.composite
def orders(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(st.sampled_from(["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT_MARKET"]))
    values = {
        "symbol": "BTCUSDT",
        "type": kind,
        "side": draw(st.sampled_from(["BUY", "SELL"])),
        "quantity": draw(QUANTITIES),
        "timeInForce": draw(st.sampled_from(["GTC", "IOC", "GTX"])),
        "price": draw(PRICES),
        "triggerPrice": draw(PRICES),
    }
    closes = draw(st.booleans())
    if closes and kind in ("STOP_MARKET", "TAKE_PROFIT_MARKET"):
        del values["quantity"]
        return values | {"closePosition": "true"}
    return values | {"reduceOnly": "true"} if closes else values


def _attempt(call: Call) -> int | None:
    conditional = call.values["type"] not in ("LIMIT", "MARKET")
    try:
        (algo if conditional else plain_orders).new_order(call)
    except Refusal as refusal:
        return refusal.code
    return None


@given(st.lists(st.one_of(orders(), PRICES), max_size=12))
def test_positions_are_what_was_filled_and_each_fill_is_written_once(
    steps: list[dict[str, str] | str],
) -> None:
    key = SandboxKey("testkey" + "0" * 57, "hmac", "testsecret")
    sandbox = Sandbox(keys=[key], now_ms=lambda: 1)
    for step in steps:
        if isinstance(step, str):
            move_contract_price(sandbox, "BTCUSDT", Decimal(step), 1)
            continue
        call = Call(sandbox, 1, "127.0.0.1", step, maybe_key=key, operation="POST /fapi/v1/order")
        assert _attempt(call) in (None, -2021, -2022, -4509, -5022), step
    book = sandbox.account().futures
    filled = [order for order in book.orders.values() if order.status == "FILLED"]
    total = sum((order.executed if order.side == "BUY" else -order.executed for order in filled), Decimal(0))
    assert book.positions["BTCUSDT", "BOTH"] == total
    written = [entry for entry in sandbox.executed if entry.status == "FILLED"]
    assert len(written) == len(filled)
    assert {entry.order_id: entry.base_quantity for entry in written} == {
        order.algo_id or order.order_id: order.executed for order in filled
    }
