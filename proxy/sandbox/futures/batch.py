"""Several futures orders in one call: each succeeds or fails by itself."""

from collections.abc import Callable
from dataclasses import replace

from proxy.sandbox.call import Call
from proxy.sandbox.endpoint import Param
from proxy.sandbox.futures import orders
from proxy.sandbox.futures.parameters import MODIFY_ORDER, NEW_ORDER
from proxy.sandbox.json_lists import read_entry, read_list
from proxy.sandbox.refusals import Refusal, missing

_MOST_ORDERS, _MOST_CANCELS = 5, 10


def new_orders(call: Call) -> object:
    """POST batchOrders."""
    return _each(call, orders.new_order, NEW_ORDER)


def modify_orders(call: Call) -> object:
    """PUT batchOrders."""
    return _each(call, orders.modify_order, MODIFY_ORDER)


def _each(call: Call, act: Callable[[Call], object], known: tuple[Param, ...]) -> list[object]:
    told: list[object] = []
    for entry in read_list(call, "batchOrders", _MOST_ORDERS):
        try:
            told.append(act(replace(call, values=read_entry(entry, known))))
        except Refusal as refusal:
            told.append({"code": refusal.code, "msg": refusal.msg})
    return told


def cancel_orders(call: Call) -> object:
    """DELETE batchOrders, by numbers or by client ids."""
    if "orderIdList" in call.values:
        wanted = [{"orderId": str(number)} for number in read_list(call, "orderIdList", _MOST_CANCELS)]
    elif "origClientOrderIdList" in call.values:
        names = read_list(call, "origClientOrderIdList", _MOST_CANCELS)
        wanted = [{"origClientOrderId": str(name)} for name in names]
    else:
        raise missing("orderIdList")
    return [_cancel_one(call, values) for values in wanted]


def _cancel_one(call: Call, values: dict[str, str]) -> object:
    try:
        return orders.cancel_order(replace(call, values=values | {"symbol": call.values["symbol"]}))
    except Refusal as refusal:
        return {"code": refusal.code, "msg": refusal.msg}
