"""Earn: coins go in, and come back in part or whole."""

from decimal import Decimal
from typing import Any

import pytest

FLEXIBLE, LOCKED = "/sapi/v1/simple-earn/flexible/", "/sapi/v1/simple-earn/locked/"


def _written(exchange: Any) -> list[tuple[Any, ...]]:
    return [(entry.deed, entry.coin, entry.amount, entry.note) for entry in exchange.sandbox.executed]


async def test_flexible_coins_come_back_in_part_and_whole(exchange: Any) -> None:
    product = "productId=USDT001"
    for amount in ("100", "50"):
        assert (await exchange.signed("POST", FLEXIBLE + "subscribe", f"{product}&amount={amount}")).json[
            "success"
        ]
    (held,) = (await exchange.signed("GET", FLEXIBLE + "position", "asset=USDT")).json["rows"]
    assert (held["productId"], held["totalAmount"]) == ("USDT001", "150.00000000")
    await exchange.signed("POST", FLEXIBLE + "redeem", f"{product}&amount=20&redeemAll=false")
    await exchange.signed("POST", FLEXIBLE + "redeem", f"{product}&amount=1&redeemAll=true")
    assert _written(exchange) == [
        ("subscription", "USDT", 100, "USDT001"),
        ("subscription", "USDT", 50, "USDT001"),
        ("redemption", "USDT", 20, "USDT001"),
        ("redemption", "USDT", 130, "USDT001"),
    ]
    assert exchange.sandbox.account().balances["USDT"].free == 100_000
    assert (await exchange.signed("GET", FLEXIBLE + "position")).json["total"] == 0


async def test_a_locked_position_comes_back_whole(exchange: Any) -> None:
    asked = "projectId=BNB*30&amount=5"
    position = (await exchange.signed("POST", LOCKED + "subscribe", asked)).json["positionId"]
    assert exchange.sandbox.account().balances["BNB"].free == 45
    assert (await exchange.signed("POST", LOCKED + "redeem", f"positionId={position}")).json["success"]
    assert (await exchange.signed("POST", LOCKED + "redeem", f"positionId={position}")).code == -6006
    assert _written(exchange) == [("subscription", "BNB", 5, "BNB*30"), ("redemption", "BNB", 5, position)]
    assert exchange.sandbox.account().balances["BNB"].free == Decimal(50)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        (FLEXIBLE + "subscribe", "productId=NOSUCH001&amount=1", -6003),
        (FLEXIBLE + "subscribe", "productId=USDT&amount=1", -6003),
        (FLEXIBLE + "subscribe", "productId=USDT001x&amount=1", -6003),
        (FLEXIBLE + "subscribe", "productId=USDT001&amount=0", -6005),
        (FLEXIBLE + "subscribe", "productId=USDT001&amount=1000000", -6012),
        (FLEXIBLE + "redeem", "productId=USDT001", -1102),
        (FLEXIBLE + "redeem", "productId=USDT001&amount=1", -6006),
        (FLEXIBLE + "redeem", "productId=USDT001&redeemAll=true", -6006),
        (LOCKED + "redeem", "positionId=1", -6003),
    ],
)
async def test_what_is_refused_moves_nothing(exchange: Any, path: str, query: str, code: int) -> None:
    assert (await exchange.signed("POST", path, query)).code == code
    assert exchange.sandbox.executed == []
