"""Wallet and sub-accounts over HTTP."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

WITHDRAW = "coin=USDT&network=USDT&address=TestAddress000000000000&amount=100&withdrawOrderId=w1"


async def test_a_withdrawal_takes_the_coins_and_is_found_by_its_own_id(exchange: Any) -> None:
    told = await exchange.signed("POST", "/sapi/v1/capital/withdraw/apply", WITHDRAW + "&name=My%20wallet")
    (entry,) = (await exchange.signed("GET", "/sapi/v1/capital/withdraw/history", "withdrawOrderId=w1")).json
    assert entry["id"] == told.json["id"]
    assert Decimal(entry["amount"]) + Decimal(entry["transactionFee"]) == 100
    assert exchange.sandbox.account().balances["USDT"].free == 99_900
    other = await exchange.signed("GET", "/sapi/v1/capital/withdraw/history", "coin=BTC&status=6&limit=5")
    assert other.json == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("USDT&n", "NOSUCH&n"), -4019),
        (("=100&", "=0&"), -4003),
        (("=100&", "=1000000&"), -4026),
        (("amount=100&", ""), -1102),
    ],
)
async def test_wrong_withdrawals(exchange: Any, change: tuple[str, str], code: int) -> None:
    answer = await exchange.signed("POST", "/sapi/v1/capital/withdraw/apply", WITHDRAW.replace(*change))
    assert answer.code == code
    assert exchange.sandbox.account().withdrawals == []


async def test_api_restrictions_tell_what_the_key_may(exchange: Any) -> None:
    (key,) = exchange.sandbox.keys.values()
    exchange.sandbox.add_key(
        replace(key, permissions=frozenset(("read", "spot")), allowed_ips=frozenset(("127.0.0.1",)))
    )
    told = (await exchange.signed("GET", "/sapi/v1/account/apiRestrictions")).json
    assert (told["ipRestrict"], told["enableReading"], told["enableSpotAndMarginTrading"]) == (
        True,
        True,
        True,
    )
    assert (told["enableWithdrawals"], told["enableFutures"]) == (False, False)
    assert (await exchange.signed("POST", "/sapi/v1/capital/withdraw/apply", WITHDRAW)).code == -2015


async def test_coins_and_assets_tell_what_is_held(exchange: Any) -> None:
    coins = {
        coin["coin"]: coin for coin in (await exchange.signed("GET", "/sapi/v1/capital/config/getall")).json
    }
    assert coins["BTC"]["free"] == "2.00000000"
    assert coins["BTC"]["networkList"][0]["isDefault"] is True
    (held,) = (await exchange.signed("POST", "/sapi/v3/asset/getUserAsset", form="asset=BTC")).json
    assert held["free"] == "2.00000000"
    worth = (await exchange.signed("GET", "/sapi/v1/asset/wallet/balance", "quoteAsset=USDT")).json[0]
    assert worth["walletName"] == "Spot"
    assert Decimal(worth["balance"]) == 120_000 + 60_000 + 30_000 + 100_000 + 2_500 + 2_400


async def test_transfers_between_own_wallets_are_listed_by_kind(exchange: Any) -> None:
    await exchange.signed("POST", "/sapi/v1/asset/transfer", "type=MAIN_UMFUTURE&asset=USDT&amount=5")
    same = (await exchange.signed("GET", "/sapi/v1/asset/transfer", "type=MAIN_UMFUTURE")).json
    other = (await exchange.signed("GET", "/sapi/v1/asset/transfer", "type=MAIN_MARGIN")).json
    assert (same["total"], other["total"]) == (1, 0)


async def test_sub_accounts(exchange: Any) -> None:
    listed = (await exchange.signed("GET", "/sapi/v1/sub-account/list")).json["subAccounts"]
    assert len(listed) == 2
    one = (await exchange.signed("GET", "/sapi/v1/sub-account/list", "email=test_sub_one%40example.com")).json
    assert [entry["email"] for entry in one["subAccounts"]] == ["test_sub_one@example.com"]
    query = "toEmail=test_sub_one%40example.com&fromAccountType=SPOT&toAccountType=SPOT&asset=USDT&amount=1"
    sent = await exchange.signed("POST", "/sapi/v1/sub-account/universalTransfer", query)
    found = (await exchange.signed("GET", "/sapi/v1/sub-account/universalTransfer")).json["result"]
    assert [entry["tranId"] for entry in found] == [sent.json["tranId"]]
