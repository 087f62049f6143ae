"""Margin orders and loans: on coins of their own, with what is missing borrowed if asked for."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import move_price
from tests.sandbox.conftest import NOW_MS

PATH = "/sapi/v1/margin/order"
BUY = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity="
LOAN = "/sapi/v1/margin/borrow-repay"


def _written(exchange: Any) -> list[tuple[Any, ...]]:
    return [
        (entry.deed, entry.symbol, entry.base_quantity, entry.coin, entry.amount)
        for entry in exchange.sandbox.executed
    ]


async def test_an_order_is_placed_found_and_cancelled_on_the_margin_account(exchange: Any) -> None:
    asked = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000"
    told = (await exchange.signed("POST", PATH, asked)).json
    assert (told["status"], told["isIsolated"]) == ("NEW", False)
    assert (await exchange.signed("GET", "/api/v3/openOrders")).json == []
    assert [
        order["orderId"] for order in (await exchange.signed("GET", "/sapi/v1/margin/openOrders")).json
    ] == [told["orderId"]]
    query = f"symbol=BTCUSDT&orderId={told['orderId']}"
    assert (await exchange.signed("GET", PATH, query)).json["status"] == "NEW"
    assert (await exchange.signed("GET", PATH, query + "&isIsolated=TRUE")).code == -2013
    assert (await exchange.signed("DELETE", PATH, query)).json["status"] == "CANCELED"
    (entry,) = exchange.sandbox.executed
    assert (entry.product, entry.account, entry.operation) == ("margin", "main", f"POST {PATH}")
    assert exchange.sandbox.account().balances["USDT"].free == 100_000


async def test_a_resting_order_is_written_as_margin_when_it_fills(exchange: Any) -> None:
    await exchange.signed(
        "POST", PATH, "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000"
    )
    move_price(exchange.sandbox, "BTCUSDT", Decimal(40_000), NOW_MS)
    assert [(entry.product, entry.status) for entry in exchange.sandbox.executed] == [
        ("margin", "NEW"), ("margin", "FILLED"),
    ]  # fmt: skip


@pytest.mark.parametrize("effect", ["MARGIN_BUY", "AUTO_BORROW_REPAY"])
async def test_what_is_missing_is_borrowed_if_asked_for(exchange: Any, effect: str) -> None:
    """Two coins cost 120000; 100000 are there."""
    for quiet in ("", "&sideEffectType=NO_SIDE_EFFECT", "&sideEffectType=AUTO_REPAY"):
        assert (await exchange.signed("POST", PATH, BUY + "2" + quiet)).code == -2010
    told = (await exchange.signed("POST", PATH, BUY + f"2&sideEffectType={effect}")).json
    assert (told["marginBuyBorrowAmount"], told["marginBuyBorrowAsset"]) == ("20000.00000000", "USDT")
    assert _written(exchange) == [
        ("order", "BTCUSDT", 2, None, None),
        ("borrow", None, None, "USDT", 20_000),
    ]
    assert exchange.sandbox.executed[1].note == effect


async def test_nothing_is_borrowed_that_is_there_or_for_an_order_that_is_refused(exchange: Any) -> None:
    borrowing = "&sideEffectType=MARGIN_BUY"
    assert "marginBuyBorrowAsset" not in (await exchange.signed("POST", PATH, BUY + "1" + borrowing)).json
    maker = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=5&price=70000" + borrowing
    assert (await exchange.signed("POST", PATH, maker)).code == -2010
    assert [entry.deed for entry in exchange.sandbox.executed] == ["order"]
    assert not exchange.sandbox.margin_account("main").borrowed["USDT"]
    assert exchange.sandbox.margin_account("main").balances["USDT"].free == 40_000


async def test_what_an_order_brings_repays(exchange: Any) -> None:
    await exchange.signed("POST", LOAN, "asset=USDT&isIsolated=FALSE&amount=1000&type=BORROW")
    await exchange.signed(
        "POST", PATH, "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.1&sideEffectType=AUTO_REPAY"
    )
    assert [entry[0] for entry in _written(exchange)] == ["borrow", "order", "repay"]
    assert exchange.sandbox.executed[2].amount == 1000


async def test_an_isolated_account_stands_for_itself(exchange: Any) -> None:
    isolated = "&isIsolated=TRUE&symbol=ETHUSDT"
    assert (
        await exchange.signed("POST", LOAN, "asset=ETH&amount=5&type=BORROW&isIsolated=TRUE")
    ).code == -1102
    await exchange.signed("POST", LOAN, "asset=ETH&amount=5&type=BORROW" + isolated)
    assert exchange.sandbox.margin_account("main", "ETHUSDT").balances["ETH"].free == 25
    assert exchange.sandbox.margin_account("main").balances["ETH"].free == 20
    assert (
        await exchange.signed("POST", LOAN, "asset=ETH&amount=5&type=REPAY&isIsolated=FALSE")
    ).code == -3015
    assert _written(exchange) == [("borrow", "ETHUSDT", None, "ETH", 5)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("asset=USDT&isIsolated=FALSE&amount=1&type=GIVE", -1102),
        ("asset=USDT&isIsolated=false&amount=1&type=BORROW", -1102),
        ("asset=NOSUCH&isIsolated=FALSE&amount=1&type=BORROW", -3027),
        ("asset=USDT&isIsolated=FALSE&amount=0&type=BORROW", -1102),
        ("asset=USDT&isIsolated=FALSE&amount=1&type=REPAY", -3015),
    ],
)
async def test_wrong_loans(exchange: Any, query: str, code: int) -> None:
    assert (await exchange.signed("POST", LOAN, query)).code == code
    assert exchange.sandbox.executed == []


async def test_more_than_is_held_cannot_be_paid_back(exchange: Any) -> None:
    await exchange.signed("POST", LOAN, "asset=BTC&isIsolated=FALSE&amount=1&type=BORROW")
    await exchange.signed("POST", PATH, "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=2.5")
    assert (
        await exchange.signed("POST", LOAN, "asset=BTC&isIsolated=FALSE&amount=1&type=REPAY")
    ).code == -3041
    assert (
        await exchange.signed("POST", LOAN, "asset=BTC&isIsolated=FALSE&amount=0.5&type=REPAY")
    ).status == 200


@pytest.mark.parametrize(("side", "above", "below"), [("SELL", "66000", "54000"), ("BUY", "54000", "66000")])
async def test_a_pair_borrows_for_the_dearer_of_the_two(
    exchange: Any, side: str, above: str, below: str
) -> None:
    pair = f"symbol=BTCUSDT&side={side}&quantity=3&price={above}&stopPrice={below}"
    assert (await exchange.signed("POST", f"{PATH}/oco", pair)).code == -2010
    told = (await exchange.signed("POST", f"{PATH}/oco", pair + "&sideEffectType=MARGIN_BUY")).json
    coin, amount = ("BTC", 1) if side == "SELL" else ("USDT", 98_000)
    assert told["marginBuyBorrowAsset"] == coin
    assert Decimal(told["marginBuyBorrowAmount"]) == amount
    assert [entry[0] for entry in _written(exchange)] == ["order", "order", "borrow"]
