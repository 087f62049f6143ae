"""Futures orders: kept in a book of their own. MARKET fills, everything else rests; no position is kept."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.futures.parameters import NEEDS, NEW_ORDER
from proxy.sandbox.refusals import Refusal, bad_request, illegal, missing
from proxy.sandbox.spot.symbols import plain
from proxy.sandbox.values import check_form

_MAX_PLACES = 8


def known_contract(call: Call) -> str:
    """A contract's name: a spot market's, or BTCUSD_PERP and the like. Raises -1121."""
    name = call.values["symbol"]
    base = name.removesuffix("USD_PERP")
    if name in call.sandbox.symbols or (base != name and f"{base}USDT" in call.sandbox.symbols):
        return name
    raise bad_request(-1121, "Invalid symbol.")


def new_order(call: Call) -> object:
    """POST order."""
    name = known_contract(call)
    _check(call)
    order = _resting(call, name)
    if order["type"] == "MARKET":
        order |= _fill(order, call.sandbox.prices.get(name, Decimal(1)))
    call.account.futures_orders[order["orderId"]] = order
    return order


def _check(call: Call) -> None:
    """What an order of its type has to have, then how it is written, then how much it is."""
    for needed in NEEDS[call.values["type"]]:
        if needed not in call.values:
            raise missing(needed)
    for amount in ("quantity", "price", "stopPrice"):
        if len(call.values.get(amount, "").partition(".")[2]) > _MAX_PLACES:
            raise bad_request(-1111, "Precision is over the maximum defined for this asset.")
    if "quantity" in call.values and Decimal(call.values["quantity"]) <= 0:
        raise bad_request(-4003, "Quantity less than or equal to zero.")


def _resting(call: Call, name: str) -> dict[str, Any]:
    """The order as it stands in the book before anything is filled."""
    order_id = call.sandbox.next_id()
    given = call.values.get
    return {
        "orderId": order_id,
        "symbol": name,
        "status": "NEW",
        "clientOrderId": given("newClientOrderId", f"sandbox{order_id}"),
        "price": _amount(call, "price"),
        "avgPrice": "0.00",
        "origQty": _amount(call, "quantity"),
        "executedQty": plain(Decimal(0)),
        "cumQuote": plain(Decimal(0)),
        "timeInForce": given("timeInForce", "GTC"),
        "type": call.values["type"],
        "origType": call.values["type"],
        "reduceOnly": given("reduceOnly", "false") == "true",
        "closePosition": given("closePosition", "false") == "true",
        "side": call.values["side"],
        "positionSide": given("positionSide", "BOTH"),
        "stopPrice": _amount(call, "stopPrice"),
        "workingType": given("workingType", "CONTRACT_PRICE"),
        "time": call.now_ms,
        "updateTime": call.now_ms,
    }


def _amount(call: Call, name: str) -> str:
    return plain(call.decimal(name) or Decimal(0))


def _fill(order: dict[str, Any], price: Decimal) -> dict[str, str]:
    """What changes in an order that is filled whole at one price."""
    return {
        "status": "FILLED",
        "avgPrice": plain(price),
        "executedQty": order["origQty"],
        "cumQuote": plain(price * Decimal(order["origQty"])),
    }


def check_order(call: Call) -> object:
    """POST order/test: as an order, but nothing is kept."""
    shown = new_order(call)
    call.account.futures_orders.popitem()
    return shown


def _find(call: Call) -> dict[str, Any] | None:
    wanted_id, wanted_client = call.values.get("orderId"), call.values.get("origClientOrderId")
    if wanted_id is None and wanted_client is None:
        raise missing("orderId")
    name = known_contract(call)
    for order in reversed(call.account.futures_orders.values()):
        if (
            order["symbol"] == name
            and wanted_id in (None, str(order["orderId"]))
            and wanted_client in (None, order["clientOrderId"])
        ):
            return order
    return None


def query_order(call: Call) -> object:
    """GET order."""
    order = _find(call)
    if order is None:
        raise bad_request(-2013, "Order does not exist.")
    return order


def cancel_order(call: Call) -> object:
    """DELETE order."""
    order = _find(call)
    if order is None or order["status"] != "NEW":
        raise bad_request(-2011, "Unknown order sent.")
    order |= {"status": "CANCELED", "updateTime": call.now_ms}
    return order


def open_orders(call: Call) -> object:
    """GET openOrders."""
    name = known_contract(call) if "symbol" in call.values else None
    return [
        order
        for order in call.account.futures_orders.values()
        if order["status"] == "NEW" and name in (None, order["symbol"])
    ]


def all_orders(call: Call) -> object:
    """GET allOrders."""
    name = known_contract(call)
    return [order for order in call.account.futures_orders.values() if order["symbol"] == name]


def cancel_all(call: Call) -> object:
    """DELETE allOpenOrders."""
    name = known_contract(call)
    for order in call.account.futures_orders.values():
        if order["status"] == "NEW" and order["symbol"] == name:
            order |= {"status": "CANCELED", "updateTime": call.now_ms}
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def _json_list(call: Call, name: str) -> list[Any]:
    try:
        read = json.loads(call.values[name])
    except ValueError:
        raise illegal(name, "a JSON list") from None
    if not isinstance(read, list):
        raise bad_request(-1130, f"Data sent for parameter '{name}' is not valid.")
    return read


def new_orders(call: Call) -> object:
    """POST batchOrders: each order succeeds or fails by itself."""
    batch = _json_list(call, "batchOrders")
    if not 1 <= len(batch) <= 5:
        raise bad_request(-1130, "Data sent for parameter 'batchOrders' is not valid.")
    return [_one_of_many(call, entry) for entry in batch]


def _one_of_many(call: Call, entry: Any) -> object:
    """An order out of a batch, judged like one that came alone."""
    values = {str(name): str(value) for name, value in entry.items()} if isinstance(entry, dict) else {}
    try:
        for param in NEW_ORDER:
            if param.required and param.name not in values:
                raise missing(param.name)
            if param.name in values:
                check_form(param, values[param.name])
        return new_order(replace(call, values=values))
    except Refusal as refusal:
        return {"code": refusal.code, "msg": refusal.msg}


def cancel_orders(call: Call) -> object:
    """DELETE batchOrders, by numbers or by client ids."""
    if "orderIdList" in call.values:
        wanted = [{"orderId": str(number)} for number in _json_list(call, "orderIdList")]
    elif "origClientOrderIdList" in call.values:
        names = _json_list(call, "origClientOrderIdList")
        wanted = [{"origClientOrderId": str(name)} for name in names]
    else:
        raise missing("orderIdList")
    return [_cancel_one_of_many(call, values) for values in wanted]


def _cancel_one_of_many(call: Call, values: dict[str, str]) -> object:
    try:
        return cancel_order(replace(call, values=values | {"symbol": call.values["symbol"]}))
    except Refusal as refusal:
        return {"code": refusal.code, "msg": refusal.msg}
