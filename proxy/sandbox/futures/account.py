"""Futures account, leverage and listen key. The wallet is the spot balance again; positions are always flat."""

from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.futures.orders import known_contract
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.symbols import plain

_ZERO = plain(Decimal(0))


def balance(call: Call) -> object:
    """GET balance."""
    return [
        {
            "accountAlias": "testalias",
            "asset": asset,
            "balance": plain(held.free),
            "crossWalletBalance": plain(held.free),
            "crossUnPnl": _ZERO,
            "availableBalance": plain(held.free),
            "maxWithdrawAmount": plain(held.free),
            "marginAvailable": True,
            "updateTime": call.now_ms,
        }
        for asset, held in sorted(call.account.balances.items())
        if held.free
    ]


def account(call: Call) -> object:
    """GET account."""
    wallet = call.account.balances["USDT"].free
    flat = ("totalInitialMargin", "totalMaintMargin", "totalUnrealizedProfit", "totalPositionInitialMargin",
            "totalOpenOrderInitialMargin", "totalCrossUnPnl")  # fmt: skip
    full = ("totalWalletBalance", "totalMarginBalance", "totalCrossWalletBalance", "availableBalance",
            "maxWithdrawAmount")  # fmt: skip
    return {
        "feeTier": 0,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "multiAssetsMargin": False,
        "updateTime": call.now_ms,
        **dict.fromkeys(flat, _ZERO),
        **dict.fromkeys(full, plain(wallet)),
        "assets": [_asset(name, held.free, call.now_ms) for name, held in call.account.balances.items()],
        "positions": [],
    }


def _asset(name: str, wallet: Decimal, now_ms: int) -> dict[str, Any]:
    flat = ("unrealizedProfit", "maintMargin", "initialMargin", "positionInitialMargin",
            "openOrderInitialMargin", "crossUnPnl")  # fmt: skip
    full = ("walletBalance", "marginBalance", "crossWalletBalance", "availableBalance", "maxWithdrawAmount")
    return {
        "asset": name,
        **dict.fromkeys(flat, _ZERO),
        **dict.fromkeys(full, plain(wallet)),
        "marginAvailable": True,
        "updateTime": now_ms,
    }


def positions(_: Call) -> object:
    """GET positionRisk."""
    return []


def leverage_brackets(call: Call) -> object:
    """GET leverageBracket: one bracket a contract."""
    bracket = {"bracket": 1, "initialLeverage": 125, "notionalCap": 1_000_000, "notionalFloor": 0,
               "maintMarginRatio": 0.004, "cum": 0.0}  # fmt: skip
    return [
        {"symbol": name, "brackets": [bracket]}
        for name in call.sandbox.symbols
        if call.values.get("symbol") in (None, name)
    ]


def leverage(call: Call) -> object:
    """POST leverage."""
    name, wanted = known_contract(call), int(call.values["leverage"])
    if not 1 <= wanted <= 125:
        raise bad_request(-4028, f"Leverage {wanted} is not valid")
    call.account.futures_settings[name, "leverage"] = wanted
    return {"symbol": name, "leverage": wanted, "maxNotionalValue": "1000000"}


def margin_type(call: Call) -> object:
    """POST marginType: asking for what is set already is refused."""
    name, wanted = known_contract(call), call.values["marginType"]
    if call.account.futures_settings.get((name, "marginType"), "CROSSED") == wanted:
        raise bad_request(-4046, "No need to change margin type.")
    call.account.futures_settings[name, "marginType"] = wanted
    return {"code": 200, "msg": "success"}


def listen_key(call: Call) -> object:
    """POST and PUT listenKey: key only, no parameters; PUT without an open stream gives -1125."""
    key = call.account.listen_keys.setdefault("futures", f"testFuturesListenKey{call.sandbox.next_id()}")
    return {"listenKey": key}


def keep_listen_key(call: Call) -> object:
    if "futures" not in call.account.listen_keys:
        raise bad_request(-1125, "This listenKey does not exist.")
    return {"listenKey": call.account.listen_keys["futures"]}


def close_listen_key(call: Call) -> object:
    call.account.listen_keys.pop("futures", None)
    return {}
