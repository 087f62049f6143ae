"""Order lists: pairs (OCO), an order that starts others (OTO, OTOCO), and one that pays for them (OPO, OPOCO)."""

from dataclasses import replace
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot import book, ledger, matching
from proxy.sandbox.spot.book import Order, OrderList
from proxy.sandbox.spot.order_rules import (
    check_combination,
    check_filters,
    check_precision,
    known_symbol,
    name_in_list,
)
from proxy.sandbox.spot.orders import make_order
from proxy.sandbox.spot.symbols import Symbol

_OWN = (
    "type", "side", "quantity", "price", "stopPrice", "trailingDelta", "timeInForce", "icebergQty",
    "newClientOrderId", "pegPriceType", "pegOffsetType", "pegOffsetValue",
)  # fmt: skip


def new_oco(call: Call) -> object:
    """POST orderList/oco: `above...` and `below...` describe the two orders."""
    legs = {part: _leg(call, part, ("side", "quantity")) for part in ("above", "below")}
    for part, leg in legs.items():
        check_combination(replace(call, values=leg), leg["type"], part)
    return _place_pair(call, tuple(legs.values()))


def new_oco_of_old(call: Call) -> object:
    """POST order/oco, the older call: a LIMIT_MAKER and a stop."""
    maker = call.values | {"type": "LIMIT_MAKER"}
    stop = call.values | {"type": "STOP_LOSS"}
    if "stopLimitPrice" in call.values:
        stop |= {
            "type": "STOP_LOSS_LIMIT",
            "price": call.values["stopLimitPrice"],
            "timeInForce": call.values.get("stopLimitTimeInForce", "GTC"),
        }
    else:
        stop.pop("price")
    maker.pop("stopPrice")
    return _place_pair(call, (maker, stop))


def new_oto(call: Call) -> object:
    """POST orderList/oto: the pending order starts when the working one has filled."""
    return _place_chain(call, ("pending",))


def new_otoco(call: Call) -> object:
    """POST orderList/otoco: a pair starts when the working order has filled."""
    return _place_chain(call, _pending_parts(call))


def new_opo(call: Call) -> object:
    """POST orderList/opo: as OTO, but the pending order takes what the working one brought."""
    return _place_chain(call, ("pending",), paid=True)


def new_opoco(call: Call) -> object:
    """POST orderList/opoco."""
    return _place_chain(call, _pending_parts(call), paid=True)


def _pending_parts(call: Call) -> tuple[str, ...]:
    return tuple(part for part in ("pendingAbove", "pendingBelow") if f"{part}Type" in call.values)


def _leg(call: Call, part: str, shared: tuple[str, ...]) -> dict[str, str]:
    """One order's own parameters out of `aboveType`, `abovePrice` and the like, and those it shares."""
    own = {name: name_in_list(part, name) for name in _OWN}
    found = {name: call.values[sent] for name, sent in own.items() if sent in call.values}
    return {name: call.values[name] for name in ("symbol", *shared) if name in call.values} | found


def _order_of(call: Call, leg: dict[str, str], list_id: int) -> Order:
    own = replace(call, values=leg)
    symbol = known_symbol(own)
    check_precision(own)
    check_filters(own, symbol)
    order = make_order(own, symbol, leg["type"], leg["side"])
    order.list_id = list_id
    return order


def _place_pair(call: Call, legs: tuple[dict[str, str], ...]) -> object:
    symbol, list_id = known_symbol(call), call.sandbox.next_id()
    first, second = (_order_of(call, leg, list_id) for leg in legs)
    _check_sides(call, symbol, [first, second])
    first.rival, second.rival = second, first
    matching.reserve(call.sandbox, call.account, first)
    for order in (first, second):
        call.account.orders[order.order_id] = order
        ledger.write_order(call.sandbox, call.account, order, call.now_ms)
    return _answer(_keep(call, list_id, (first, second), "OCO"))


def _place_chain(call: Call, parts: tuple[str, ...], *, paid: bool = False) -> object:
    """The working order is placed; the others wait for it, in the book but without funds.

    paid: only a purchase pays, and only for a sale (FAQ on OPO orders in
    binance-spot-api-docs). With which code others are refused is a guess.
    """
    if paid and (call.values["workingSide"], call.values["pendingSide"]) != ("BUY", "SELL"):
        raise bad_request(-1130, "Data sent for parameter 'pendingSide' is not valid.")
    list_id = call.sandbox.next_id()
    working_leg = _leg(call, "working", ())
    check_combination(replace(call, values=working_leg), working_leg["type"], "working")
    working = _order_of(call, working_leg, list_id)
    working.pays_followers = paid
    followers = tuple(_pending(call, part, working, list_id, paid=paid) for part in parts)
    if len(followers) == 2:
        followers[0].rival, followers[1].rival = followers[1], followers[0]
    matching.accept(call.sandbox, call.account, working, call.now_ms)
    ledger.write_order(call.sandbox, call.account, working, call.now_ms)
    working.followers = followers
    for follower in followers:
        call.account.orders[follower.order_id] = follower
        if working.is_open:
            ledger.write_order(call.sandbox, call.account, follower, call.now_ms)
    matching.follow(call.sandbox, call.account, working, call.now_ms)
    return _answer(_keep(call, list_id, (working, *followers), "OTO"))


def _pending(call: Call, part: str, working: Order, list_id: int, *, paid: bool) -> Order:
    """An order that waits. Paid by the working one, it has no quantity of its own, so that one's stands in."""
    leg = _leg(call, part, ())
    leg["side"] = call.values["pendingSide"]
    leg["quantity"] = str(working.quantity) if paid else call.values["pendingQuantity"]
    check_combination(replace(call, values=leg), leg["type"], part)
    order = _order_of(call, leg, list_id)
    order.status = "PENDING_NEW"
    return order


def _keep(call: Call, list_id: int, orders: tuple[Order, ...], contingency: str) -> OrderList:
    client_id = call.values.get("listClientOrderId", f"sandboxlist{list_id}")
    kept = OrderList(list_id, client_id, orders, call.now_ms, contingency)
    call.account.order_lists[list_id] = kept
    return kept


def _answer(placed: OrderList) -> dict[str, Any]:
    return _shown(placed) | {"orderReports": [book.as_placed(order, "RESULT") for order in placed.orders]}


def _check_sides(call: Call, symbol: Symbol, orders: list[Order]) -> None:
    """One order has to stand above the market and the other below it."""
    first, second = sorted(order.stop_price or order.price for order in orders)
    if not first < call.sandbox.prices[symbol.name] < second:
        raise bad_request(-2010, "The relationship of the prices for the orders is not correct.")


def _shown(pair: OrderList) -> dict[str, Any]:
    return {
        "orderListId": pair.list_id,
        "contingencyType": pair.contingency,
        "listStatusType": "EXEC_STARTED" if pair.is_open else "ALL_DONE",
        "listOrderStatus": "EXECUTING" if pair.is_open else "ALL_DONE",
        "listClientOrderId": pair.client_id,
        "transactionTime": pair.time_ms,
        "symbol": pair.orders[0].symbol.name,
        "orders": [
            {"symbol": order.symbol.name, "orderId": order.order_id, "clientOrderId": order.client_id}
            for order in pair.orders
        ],
    }


def cancel_list(call: Call) -> object:
    """DELETE orderList."""
    symbol, pair = known_symbol(call), _find(call, "listClientOrderId")
    if pair is None or not pair.is_open or pair.orders[0].symbol != symbol:
        raise bad_request(-2011, "Unknown order list sent.")
    matching.cancel(call.account, pair.orders[0], call.now_ms)
    reports = [book.as_cancelled(order, pair.client_id) for order in pair.orders]
    return _shown(pair) | {"orderReports": reports}


def query_list(call: Call) -> object:
    """GET orderList."""
    pair = _find(call, "origClientOrderId")
    if pair is None:
        raise bad_request(-2018, "Order list does not exist.")
    return _shown(pair)


def _find(call: Call, client_name: str) -> OrderList | None:
    wanted_id, wanted_client = call.values.get("orderListId"), call.values.get(client_name)
    if wanted_id is None and wanted_client is None:
        text = f"Param '{client_name}' or 'orderListId' must be sent, but both were empty/null!"
        raise bad_request(-1102, text)
    for pair in call.account.order_lists.values():
        if wanted_id in (None, str(pair.list_id)) and wanted_client in (None, pair.client_id):
            return pair
    return None


def all_lists(call: Call) -> object:
    """GET allOrderList."""
    return [_shown(pair) for pair in call.account.order_lists.values()][-call.limit(500, 1000) :]


def open_lists(call: Call) -> object:
    """GET openOrderList."""
    return [_shown(pair) for pair in call.account.order_lists.values() if pair.is_open]
