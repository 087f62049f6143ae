"""Futures account, positions, settings and listen key. The wallet is the spot balance again.

Positions come of fills; a test may also set them: `sandbox.account().futures.positions["BTCUSDT", "BOTH"]`. They
carry no margin, and settings have no effect but to be told.
"""

from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.executed import Product
from proxy.sandbox.futures.book import Contract
from proxy.sandbox.futures.contracts import ask, book_of, contracts, is_coin_margined, known_contract
from proxy.sandbox.futures.orders import position_side
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
        "positions": _positions(call),
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


def positions(call: Call) -> object:
    """GET positionRisk: what is held, of one contract or of all."""
    return [shown for shown in _positions(call) if call.values.get("symbol") in (None, shown["symbol"])]


def _positions(call: Call) -> list[dict[str, Any]]:
    known = {contract.name: contract for contract in contracts(call)}
    return [
        _position(call, known[name], side, amount)
        for (name, side), amount in book_of(call).positions.items()
        if amount and name in known
    ]


def _position(call: Call, contract: Contract, side: str, amount: Decimal) -> dict[str, Any]:
    price = ask(call.sandbox, contract)
    return {
        "symbol": contract.name,
        "positionSide": side,
        "positionAmt": plain(amount),
        "entryPrice": plain(price),
        "markPrice": plain(price),
        "unRealizedProfit": _ZERO,
        "notional": plain(contract.quote_value(amount, price)),
        "marginAsset": contract.margin_coin,
        "updateTime": call.now_ms,
    }


def leverage_brackets(call: Call) -> object:
    """GET leverageBracket: one bracket a contract."""
    bracket = {"bracket": 1, "initialLeverage": 125, "notionalCap": 1_000_000, "notionalFloor": 0,
               "maintMarginRatio": 0.004, "cum": 0.0}  # fmt: skip
    return [
        {"symbol": name, "brackets": [bracket]}
        for name in (contract.name for contract in contracts(call))
        if call.values.get("symbol") in (None, name)
    ]


def leverage(call: Call) -> object:
    """POST leverage."""
    name, wanted = known_contract(call).name, int(call.values["leverage"])
    if not 1 <= wanted <= 125:
        raise bad_request(-4028, f"Leverage {wanted} is not valid")
    book_of(call).settings[name, "leverage"] = wanted
    _record_setting(call, f"leverage {wanted}")
    return {"symbol": name, "leverage": wanted, "maxNotionalValue": "1000000"}


def margin_type(call: Call) -> object:
    """POST marginType: asking for what is set already is refused."""
    name, wanted, settings = known_contract(call).name, call.values["marginType"], book_of(call).settings
    if settings.get((name, "marginType"), "CROSSED") == wanted:
        raise bad_request(-4046, "No need to change margin type.")
    settings[name, "marginType"] = wanted
    _record_setting(call, f"marginType {wanted}")
    return {"code": 200, "msg": "success"}


def _record_setting(call: Call, note: str) -> None:
    call.record(_product(call), "setting", symbol=call.values.get("symbol"), note=note)


def _product(call: Call) -> Product:
    return "coinm" if is_coin_margined(call) else "usdm"


def position_margin(call: Call) -> object:
    """POST positionMargin: 1 adds margin to an isolated position, 2 takes it out. Noted only."""
    contract, amount, kind = known_contract(call), Decimal(call.values["amount"]), call.values["type"]
    side = position_side(call)
    if not book_of(call).positions[contract.name, side]:
        raise bad_request(-4051, "Isolated balance insufficient.")
    adds = kind == "1"
    call.record(
        _product(call), "transfer", symbol=contract.name, coin=contract.margin_coin, amount=amount,
        source="wallet" if adds else "position", recipient="position" if adds else "wallet",
    )  # fmt: skip
    told = "Successfully modify position margin."
    return {"amount": float(amount), "code": 200, "msg": told, "type": int(kind)}


def countdown(call: Call) -> object:
    """POST countdownCancelAll: noted; no order is cancelled when the time is over. 0 switches it off."""
    name, time_ms = known_contract(call).name, call.number("countdownTime", 0)
    _record_setting(call, f"countdownTime {time_ms}")
    return {"symbol": name, "countdownTime": str(time_ms)}


def two_sided(call: Call) -> object:
    """GET positionSide/dual."""
    return {"dualSidePosition": book_of(call).two_sided}


def set_two_sided(call: Call) -> object:
    """POST positionSide/dual: one switch for USD-M and COIN-M. Raises -4059, -4067, -4068."""
    book, wanted = book_of(call), call.values["dualSidePosition"].lower() == "true"
    if wanted == book.two_sided:
        raise bad_request(-4059, "No need to change position side.")
    states = [order.status for order in book.orders.values()] + [algo.status for algo in book.algos.values()]
    if "NEW" in states:
        raise bad_request(-4067, "Position side cannot be changed if there exists open orders.")
    if any(book.positions.values()):
        raise bad_request(-4068, "Position side cannot be changed if there exists position.")
    book.two_sided = wanted
    _record_setting(call, f"dualSidePosition {wanted}")
    return {"code": 200, "msg": "success"}


def listen_key(call: Call) -> object:
    """POST listenKey: key only, no parameters; one per product until it is closed."""
    usual = f"testFuturesListenKey{call.sandbox.next_id()}"
    return {"listenKey": call.account.listen_keys.setdefault(_stream(call), usual)}


def keep_listen_key(call: Call) -> object:
    """PUT listenKey: -1125 without an open stream."""
    if _stream(call) not in call.account.listen_keys:
        raise bad_request(-1125, "This listenKey does not exist.")
    return {"listenKey": call.account.listen_keys[_stream(call)]}


def close_listen_key(call: Call) -> object:
    """DELETE listenKey."""
    call.account.listen_keys.pop(_stream(call), None)
    return {}


def _stream(call: Call) -> str:
    return call.operation.split("/")[1]
