"""Conditional orders: the only way to place stops since 2025-12-09 (USD-M) and 2026-06-30 (COIN-M).

COIN-M's calls are known from its notice of June 2026 and community code alone, so USD-M's parameters stand in.
"""

from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.futures import matching
from proxy.sandbox.futures.book import ZERO, AlgoOrder, Contract
from proxy.sandbox.futures.contracts import ask, book_of, is_coin_margined, known_contract
from proxy.sandbox.futures.orders import check_amounts, check_needs, limit_price, position_side, reduce_only
from proxy.sandbox.futures.parameters import CONDITIONAL_NEEDS
from proxy.sandbox.refusals import bad_request, missing, not_required
from proxy.sandbox.spot.symbols import plain

_CLOSES_POSITIONS = ("STOP_MARKET", "TAKE_PROFIT_MARKET")


def new_order(call: Call) -> object:
    """POST algoOrder. Raises -2021 if it would go off at once."""
    contract, kind = known_contract(call), call.values["type"]
    closes = _closes_position(call, kind)
    check_needs(call, CONDITIONAL_NEEDS[kind], wants_price=kind in ("STOP", "TAKE_PROFIT"))
    if not closes and "quantity" not in call.values:
        raise missing("quantity")
    check_amounts(call, contract)
    order = _order_of(call, contract, kind, closes=closes)
    book = book_of(call)
    if order.reached(ask(call.sandbox, contract)):
        raise bad_request(-2021, "Order would immediately trigger.")
    if matching.is_closing(order) and not book.closable(contract.name, order.side, order.position_side):
        raise _nothing_to_close(closes=closes)
    book.algos[order.algo_id] = order
    matching.write_algo(call.sandbox, call.account, book, order, call.now_ms)
    return _shown(order)


def _closes_position(call: Call, kind: str) -> bool:
    """`closePosition=true`: the whole position, so without quantity and reduceOnly. Raises -4136, -4137, -1106."""
    if call.values.get("closePosition", "false").lower() != "true":
        return False
    if kind not in _CLOSES_POSITIONS:
        raise bad_request(-4136, f"Target strategy invalid for orderType '{kind}',closePosition 'true'.")
    if "quantity" in call.values and call.sandbox.closing_quantity == "refuse":
        raise bad_request(-4137, "Quantity must be zero with closePosition equals true.")
    if "reduceOnly" in call.values:
        raise not_required("reduceonly")
    return True


def _nothing_to_close(*, closes: bool) -> Exception:
    if closes:
        return bad_request(
            -4509,
            "Time in Force (TIF) GTE can only be used with open positions. "
            "Please ensure that positions are available.",
        )
    return bad_request(-2022, "ReduceOnly Order is rejected.")


def _order_of(call: Call, contract: Contract, kind: str, *, closes: bool) -> AlgoOrder:
    algo_id, side, given = call.sandbox.next_id(), call.values["side"], call.values.get
    return AlgoOrder(
        algo_id=algo_id,
        client_id=given("clientAlgoId", f"sandbox{algo_id}"),
        contract=contract,
        side=side,
        kind=kind,
        position_side=position_side(call),
        time_in_force=given("timeInForce", "GTC"),
        price=limit_price(call, contract) if kind in ("STOP", "TAKE_PROFIT") else ZERO,
        quantity=call.decimal("quantity") or ZERO,
        trigger=_trigger(call, contract, kind),
        reduce_only=reduce_only(call),
        close_position=closes,
        shown={
            "priceMatch": given("priceMatch", "NONE"),
            "workingType": given("workingType", "CONTRACT_PRICE"),
            "priceProtect": given("priceProtect", "false").lower() == "true",
            "selfTradePreventionMode": given("selfTradePreventionMode", "EXPIRE_MAKER"),
            "activatePrice": given("activatePrice", ""),
            "callbackRate": given("callbackRate", ""),
            "goodTillDate": call.number("goodTillDate", 0),
        },
        operation=call.operation,
        time_ms=call.now_ms,
        update_ms=call.now_ms,
    )


def _trigger(call: Call, contract: Contract, kind: str) -> Decimal:
    """A trailing stop stands still here, where it would go off if the market turned now."""
    if kind != "TRAILING_STOP_MARKET":
        return Decimal(call.values["triggerPrice"])
    rate = Decimal(call.values["callbackRate"])
    if not Decimal("0.1") <= rate <= 20:
        raise bad_request(-2007, "Invalid callBack rate.")
    start = call.decimal("activatePrice") or ZERO
    return matching.usual_trigger(call.sandbox, contract, call.values["side"], rate, start)


def _shown(order: AlgoOrder) -> dict[str, Any]:
    return {
        "algoId": order.algo_id,
        "clientAlgoId": order.client_id,
        "algoType": "CONDITIONAL",
        "orderType": order.kind,
        "symbol": order.contract.name,
        "side": order.side,
        "positionSide": order.position_side,
        "timeInForce": order.time_in_force,
        "quantity": plain(order.quantity),
        "algoStatus": order.status,
        "triggerPrice": plain(order.trigger),
        "price": plain(order.price),
        "icebergQuantity": None,
        "closePosition": order.close_position,
        "reduceOnly": order.reduce_only,
        **order.shown,
        "createTime": order.time_ms,
        "updateTime": order.update_ms,
        "triggerTime": 0 if order.status == "NEW" else order.update_ms,
    }


def _find(call: Call) -> AlgoOrder | None:
    wanted_id, wanted_client = call.values.get("algoId"), call.values.get("clientAlgoId")
    if wanted_id is None and wanted_client is None:
        raise missing("algoId")
    for order in reversed(book_of(call).algos.values()):
        if wanted_id in (None, str(order.algo_id)) and wanted_client in (None, order.client_id):
            return order
    return None


def query_order(call: Call) -> object:
    """GET algoOrder."""
    order = _find(call)
    if order is None:
        raise bad_request(-2013, "Order does not exist.")
    return _shown(order)


def cancel_order(call: Call) -> object:
    """DELETE algoOrder."""
    order = _find(call)
    if order is None or order.status != "NEW":
        raise bad_request(-2011, "Unknown order sent.")
    order.status, order.update_ms = "CANCELED", call.now_ms
    return {"algoId": order.algo_id, "clientAlgoId": order.client_id, "code": "200", "msg": "success"}


def open_orders(call: Call) -> object:
    """GET openAlgoOrders."""
    name = known_contract(call).name if "symbol" in call.values else None
    return [
        _shown(order)
        for order in book_of(call).algos.values()
        if order.status == "NEW"
        and name in (None, order.contract.name)
        and call.values.get("algoId") in (None, str(order.algo_id))
        and (order.contract.size is not None) == is_coin_margined(call)
    ]


def cancel_all(call: Call) -> object:
    """DELETE algoOpenOrders."""
    name = known_contract(call).name
    for order in book_of(call).algos.values():
        if order.status == "NEW" and order.contract.name == name:
            order.status, order.update_ms = "CANCELED", call.now_ms
    return {"code": 200, "msg": "The operation of cancel all open order is done."}
