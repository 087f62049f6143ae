"""Order pairs (OCO): place, cancel, query. Of the two orders one holds the funds."""

from dataclasses import replace
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot import book, ledger, matching
from proxy.sandbox.spot.book import Order, OrderList
from proxy.sandbox.spot.order_rules import check_filters, check_precision, known_symbol
from proxy.sandbox.spot.orders import make_order
from proxy.sandbox.spot.symbols import Symbol


def new_oco(call: Call) -> object:
    """POST orderList/oco: `above...` and `below...` describe the two orders."""
    return _place(call, tuple(_leg(call, side) for side in ("above", "below")))


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
    return _place(call, (maker, stop))


def _leg(call: Call, side: str) -> dict[str, str]:
    """One order's own parameters out of `aboveType`, `abovePrice` and the like."""
    names = {"Type": "type", "Price": "price", "StopPrice": "stopPrice", "TimeInForce": "timeInForce",
             "ClientOrderId": "newClientOrderId"}  # fmt: skip
    own = {names[name]: call.values[side + name] for name in names if side + name in call.values}
    return {key: call.values[key] for key in ("symbol", "side", "quantity")} | own


def _place(call: Call, legs: tuple[dict[str, str], ...]) -> object:
    symbol, list_id = known_symbol(call), call.sandbox.next_id()
    orders = []
    for leg in legs:
        own = replace(call, values=leg)
        check_precision(own)
        check_filters(own, symbol)
        order = make_order(own, symbol, leg["type"], leg["side"])
        order.list_id = list_id
        orders.append(order)
    _check_sides(call, symbol, orders)
    dearest = max(orders, key=lambda order: matching.funds_needed(call.sandbox, order))
    call.account.lock(dearest.gives, matching.funds_needed(call.sandbox, dearest))
    dearest.reserved = matching.funds_needed(call.sandbox, dearest)
    for order in orders:
        call.account.orders[order.order_id] = order
        ledger.write_order(call.sandbox, call.account, order, call.now_ms)
    client_id = call.values.get("listClientOrderId", f"sandboxlist{list_id}")
    pair = OrderList(list_id, client_id, tuple(orders), call.now_ms)
    call.account.order_lists[list_id] = pair
    return _shown(pair) | {"orderReports": [book.as_placed(order, "RESULT") for order in orders]}


def _check_sides(call: Call, symbol: Symbol, orders: list[Order]) -> None:
    """One order has to stand above the market and the other below it."""
    first, second = sorted(order.stop_price or order.price for order in orders)
    if not first < call.sandbox.prices[symbol.name] < second:
        raise bad_request(-2010, "The relationship of the prices for the orders is not correct.")


def _shown(pair: OrderList) -> dict[str, Any]:
    return {
        "orderListId": pair.list_id,
        "contingencyType": "OCO",
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
    for order in pair.orders:
        if order.is_open:
            matching.close(call.account, order, "CANCELED", call.now_ms)
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
