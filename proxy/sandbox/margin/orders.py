"""Margin orders and loans. An account has a cross margin account and one isolated account for each pair.

Orders run through the engine of spot, on the coins of the margin account. What is missing is borrowed if
`sideEffectType` says so; interest, collateral and limits of borrowing are not imitated.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.executed import Deed
from proxy.sandbox.refusals import Refusal, bad_request, missing
from proxy.sandbox.spot import matching, order_lists, orders
from proxy.sandbox.spot.order_rules import known_symbol
from proxy.sandbox.spot.symbols import assets, plain

_BORROWS = ("MARGIN_BUY", "AUTO_BORROW_REPAY")
_REPAYS = ("AUTO_REPAY", "AUTO_BORROW_REPAY")


def _on_margin(call: Call) -> Call:
    """The same call on the margin account that it names."""
    isolated = call.values.get("isIsolated", "FALSE") == "TRUE"
    if isolated and "symbol" not in call.values:
        raise missing("symbol")
    which = known_symbol(call).name if isolated else "portfolio" if "/papi/" in call.operation else "cross"
    return replace(call, maybe_account=call.sandbox.margin_account(call.key.account, which))


def new_order(call: Call) -> object:
    """POST margin/order."""
    own = _on_margin(call)
    order = orders.order_of(own)
    lacks = matching.funds_needed(own.sandbox, order) - own.account.balances[order.gives].free
    told, borrowed = _with_loan(own, order.gives, lacks, orders.new_order)
    told["isIsolated"] = call.values.get("isIsolated") == "TRUE"
    if borrowed:
        told |= {"marginBuyBorrowAmount": plain(borrowed), "marginBuyBorrowAsset": order.gives}
    if call.values.get("sideEffectType") in _REPAYS:
        _repay_from_order(own, told["orderId"])
    return told


def _with_loan(
    call: Call, coin: str, lacks: Decimal, place: Callable[[Call], object]
) -> tuple[dict[str, Any], Decimal]:
    """Places with what is missing borrowed, if the call asks for that. A refusal leaves no loan."""
    amount = max(lacks, Decimal(0)) if call.values.get("sideEffectType") in _BORROWS else Decimal(0)
    call.account.add(coin, amount)
    try:
        placed = place(call)
    except Refusal:
        call.account.add(coin, -amount)
        raise
    if amount:
        call.account.borrowed[coin] += amount
        _record_loan(call, "borrow", coin, amount)
    return dict(placed) if isinstance(placed, dict) else {}, amount


def _repay_from_order(call: Call, order_id: int) -> None:
    """What a filled order brought goes to the debt in that coin."""
    order = call.account.orders[order_id]
    coin = order.symbol.base if order.side == "BUY" else order.symbol.quote
    amount = min(call.account.borrowed[coin], call.account.balances[coin].free)
    if order.executed and amount > 0:
        _pay_back(call, coin, amount)


def _pay_back(call: Call, coin: str, amount: Decimal) -> None:
    call.account.add(coin, -amount)
    call.account.borrowed[coin] -= amount
    _record_loan(call, "repay", coin, amount)


def _record_loan(call: Call, deed: Deed, coin: str, amount: Decimal) -> None:
    isolated = call.values.get("isIsolated") == "TRUE"
    side_effect = call.values.get("sideEffectType")
    call.record(
        "margin", deed, symbol=call.values["symbol"] if isolated else None, coin=coin, amount=amount,
        note=side_effect,
    )  # fmt: skip


def cancel_order(call: Call) -> object:
    """DELETE margin/order."""
    return orders.cancel_order(_on_margin(call))


def query_order(call: Call) -> object:
    """GET margin/order."""
    return orders.query_order(_on_margin(call))


def open_orders(call: Call) -> object:
    """GET margin/openOrders."""
    return orders.open_orders(_on_margin(call))


def new_oco(call: Call) -> object:
    """POST margin/order/oco: what is missing for the dearer of the two is borrowed."""
    own = _on_margin(call)
    symbol, quantity = known_symbol(own), Decimal(call.values["quantity"])
    dearest = max(Decimal(call.values.get(name, 0)) for name in ("price", "stopPrice", "stopLimitPrice"))
    buys = call.values["side"] == "BUY"
    coin, needed = (symbol.quote, quantity * dearest) if buys else (symbol.base, quantity)
    told, borrowed = _with_loan(
        own, coin, needed - own.account.balances[coin].free, order_lists.new_oco_of_old
    )
    told["isIsolated"] = call.values.get("isIsolated") == "TRUE"
    if borrowed:
        told |= {"marginBuyBorrowAmount": plain(borrowed), "marginBuyBorrowAsset": coin}
    return told


def borrow_repay(call: Call) -> object:
    """POST margin/borrow-repay. Raises -3015 for more than is owed, -3041 for more than is held."""
    own, coin, amount = _on_margin(call), call.values["asset"], Decimal(call.values["amount"])
    if coin not in assets(call.sandbox.symbols.values()):
        raise bad_request(-3027, "Not a valid margin asset.")
    if amount <= 0:
        raise bad_request(-1102, "Mandatory parameter 'amount' was not sent, was empty/null, or malformed.")
    if call.values["type"] == "BORROW":
        own.account.add(coin, amount)
        own.account.borrowed[coin] += amount
        _record_loan(own, "borrow", coin, amount)
    else:
        if amount > own.account.borrowed[coin]:
            raise bad_request(-3015, "Repay amount exceeds borrow amount.")
        if amount > own.account.balances[coin].free:
            raise bad_request(-3041, "Balance is not enough")
        _pay_back(own, coin, amount)
    return {"tranId": call.sandbox.next_id()}
