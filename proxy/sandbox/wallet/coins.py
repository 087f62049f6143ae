"""Coins, withdrawals, deposits and what lies in which wallet."""

from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.symbols import assets, plain

_SENT = 6  # Binance's number for a completed withdrawal
_FEE = Decimal("0.0005")


def coins(call: Call) -> object:
    """GET capital/config/getall."""
    return [_coin(call, asset) for asset in assets(call.sandbox.symbols.values())]


def _coin(call: Call, asset: str) -> dict[str, Any]:
    held = call.account.balances[asset]
    nothing = dict.fromkeys(("freeze", "withdrawing", "ipoing", "ipoable", "storage"), "0")
    return {
        "coin": asset,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "name": asset,
        "free": plain(held.free),
        "locked": plain(held.locked),
        **nothing,
        "isLegalMoney": False,
        "trading": True,
        "networkList": [_network(asset)],
    }


def _network(asset: str) -> dict[str, Any]:
    return {
        "network": asset,
        "coin": asset,
        "withdrawIntegerMultiple": "0.00000001",
        "isDefault": True,
        "depositEnable": True,
        "withdrawEnable": True,
        "depositDesc": "",
        "withdrawDesc": "",
        "specialTips": "",
        "name": f"{asset} test network",
        "resetAddressStatus": False,
        "addressRegex": "^[A-Za-z0-9]{20,64}$",
        "memoRegex": "",
        "withdrawFee": plain(_FEE),
        "withdrawMin": "0.001",
        "withdrawMax": "10000000",
        "withdrawInternalMin": "0.00000001",
        "depositDust": "0.00000001",
        "minConfirm": 1,
        "unLockConfirm": 2,
        "sameAddress": False,
        "estimatedArrivalTime": 10,
        "busy": False,
        "contractAddressUrl": "",
        "contractAddress": "",
    }


def withdraw(call: Call) -> object:
    """POST capital/withdraw/apply: takes the coins and notes the withdrawal; nothing is sent anywhere."""
    asset, amount = call.values["coin"], Decimal(call.values["amount"])
    if asset not in assets(call.sandbox.symbols.values()):
        raise bad_request(-4019, "The current currency is not open for withdrawal.")
    if amount <= _FEE:
        raise bad_request(-4003, "The withdrawal amount is below the minimum.")
    held = call.account.balances[asset]
    if held.free < amount:
        raise bad_request(-4026, "The user has insufficient balance available.")
    held.free -= amount
    withdrawal_id = f"testwithdrawal{call.sandbox.next_id()}"
    call.account.withdrawals.append({
        "id": withdrawal_id,
        "amount": plain(amount - _FEE),
        "transactionFee": plain(_FEE),
        "coin": asset,
        "status": _SENT,
        "address": call.values["address"],
        "addressTag": call.values.get("addressTag", ""),
        "txId": f"testtx{withdrawal_id}",
        "applyTime": str(call.now_ms),
        "network": call.values.get("network", asset),
        "transferType": 0,
        "withdrawOrderId": call.values.get("withdrawOrderId", ""),
        "info": "",
        "confirmNo": 1,
        "walletType": 0,
        "txKey": "",
        "completeTime": str(call.now_ms),
    })  # fmt: skip
    call.record(
        "wallet",
        "withdrawal",
        coin=asset,
        amount=amount,
        address=call.values["address"],
        tag=call.values.get("addressTag"),
        network=call.values.get("network", asset),
        source={"0": "SPOT", "1": "FUNDING"}.get(call.values.get("walletType", "")),
    )
    return {"id": withdrawal_id}


def withdraw_history(call: Call) -> object:
    """GET capital/withdraw/history, newest first."""
    chosen = [
        entry
        for entry in reversed(call.account.withdrawals)
        if call.values.get("coin") in (None, entry["coin"])
        and call.values.get("withdrawOrderId") in (None, entry["withdrawOrderId"])
        and call.values.get("status") in (None, str(entry["status"]))
    ]
    return chosen[call.number("offset", 0) :][: call.number("limit", 1000)]


def deposit_history(_: Call) -> object:
    """GET capital/deposit/hisrec: nobody ever deposits here."""
    return []


def deposit_address(call: Call) -> object:
    """GET capital/deposit/address."""
    asset = call.values["coin"]
    return {"coin": asset, "address": f"TestAddress{asset}0000000000000000", "tag": "", "url": ""}


def user_assets(call: Call) -> object:
    """POST v3/asset/getUserAsset: what is held, or one asset."""
    wanted = call.values.get("asset")
    return [
        {
            "asset": asset, "free": plain(held.free), "locked": plain(held.locked), "freeze": "0",
            "withdrawing": "0", "ipoable": "0", "btcValuation": "0",
        }
        for asset, held in sorted(call.account.balances.items())
        if (held.free or held.locked) and wanted in (None, asset)
    ]  # fmt: skip


def funding_assets(_: Call) -> object:
    """POST asset/get-funding-asset: the funding wallet is empty."""
    return []


def wallet_balance(call: Call) -> object:
    """GET asset/wallet/balance, in the quote asset asked for."""
    quote = call.values.get("quoteAsset", "BTC")
    total = sum((_worth(call, asset, quote) for asset in call.account.balances), Decimal(0))
    return [
        {"activate": True, "balance": plain(total if name == "Spot" else Decimal(0)), "walletName": name}
        for name in ("Spot", "Funding", "Cross Margin", "USDⓈ-M Futures", "COIN-M Futures", "Earn")
    ]


def _worth(call: Call, asset: str, quote: str) -> Decimal:
    held = call.account.balances[asset]
    amount = held.free + held.locked
    prices = call.sandbox.prices
    if asset == quote:
        return amount
    if asset + quote in prices:
        return amount * prices[asset + quote]
    return amount / prices[quote + asset] if quote + asset in prices else Decimal(0)


def asset_detail(call: Call) -> object:
    """GET asset/assetDetail."""
    return {
        asset: {
            "minWithdrawAmount": "0.001",
            "depositStatus": True,
            "withdrawFee": plain(_FEE),
            "withdrawStatus": True,
        }
        for asset in assets(call.sandbox.symbols.values())
        if call.values.get("asset") in (None, asset)
    }


def trade_fee(call: Call) -> object:
    """GET asset/tradeFee."""
    return [
        {"symbol": name, "makerCommission": "0.001", "takerCommission": "0.001"}
        for name in call.sandbox.symbols
        if call.values.get("symbol") in (None, name)
    ]


def dust(call: Call) -> object:
    """POST asset/dust: `asset` may come several times. Turns what is left of them into nothing."""
    results = [
        {
            "tranId": call.sandbox.next_id(), "serviceChargeAmount": "0.00000000", "amount": "0.00000000",
            "operateTime": call.now_ms, "transferedAmount": "0.00000000", "fromAsset": asset,
        }
        for asset in call.lists["asset"]
    ]  # fmt: skip
    return {"totalServiceCharge": "0.00000000", "totalTransfered": "0.00000000", "transferResult": results}


def transfer(call: Call) -> object:
    """POST asset/transfer between one's own wallets: noted only."""
    entry = {
        "asset": call.values["asset"],
        "amount": call.values["amount"],
        "type": call.values["type"],
        "status": "CONFIRMED",
        "tranId": call.sandbox.next_id(),
        "timestamp": call.now_ms,
    }
    call.account.transfers.append(entry)
    source, _, recipient = call.values["type"].partition("_")
    call.record(
        "wallet",
        "transfer",
        coin=call.values["asset"],
        amount=Decimal(call.values["amount"]),
        source=source,
        recipient=recipient,
        note=call.values.get("toSymbol"),
    )
    return {"tranId": entry["tranId"]}


def transfers(call: Call) -> object:
    """GET asset/transfer."""
    rows = [entry for entry in reversed(call.account.transfers) if entry["type"] == call.values["type"]]
    return {"total": len(rows), "rows": rows}


def empty_page(_: Call) -> object:
    """Lists that are always empty here, in the shape `total` and `rows`."""
    return {"total": 0, "rows": []}
