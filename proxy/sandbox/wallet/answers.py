"""Wallet answers: coins, withdrawals, deposits, restrictions."""

from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.symbols import assets, plain

_YEAR_MS = 365 * 86_400_000


def system_status(_: Call) -> object:
    return {"status": 0, "msg": "normal"}


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


def api_restrictions(call: Call) -> object:
    """GET account/apiRestrictions: what this key may do."""
    may = call.key.permissions
    return {
        "ipRestrict": call.key.allowed_ips is not None,
        "createTime": call.now_ms - _YEAR_MS,
        "enableReading": "read" in may,
        "enableWithdrawals": "withdraw" in may,
        "enableInternalTransfer": "transfer" in may,
        "enableMargin": "margin" in may,
        "enableFutures": "futures" in may,
        "permitsUniversalTransfer": "transfer" in may,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": "spot" in may,
        "enablePortfolioMarginTrading": False,
    }


def account_status(_: Call) -> object:
    return {"data": "Normal"}


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
        "withdrawFee": "0.0005",
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


def known_asset(call: Call, name: str = "coin") -> str:
    """An asset that is traded here. Raises -4001 as the wallet service does for a coin it does not know."""
    asset = call.values[name]
    if asset not in assets(call.sandbox.symbols.values()):
        raise bad_request(-4001, "Invalid operation.")
    return asset
