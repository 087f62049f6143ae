"""Orders: test, place, query, cancel, replace, amend."""

from decimal import Decimal

from proxy.sandbox.account import Account
from proxy.sandbox.call import Call
from proxy.sandbox.refusals import Refusal, bad_request
from proxy.sandbox.spot import book, ledger, matching, order_rules
from proxy.sandbox.spot.account import BNB_DISCOUNT
from proxy.sandbox.spot.book import ZERO, Order
from proxy.sandbox.spot.symbols import Symbol, plain

_FULL_BY_DEFAULT = ("LIMIT", "MARKET")


def new_order(call: Call) -> object:
    """POST order."""
    order = order_of(call)
    matching.accept(call.sandbox, call.account, order, call.now_ms)
    ledger.write_order(call.sandbox, call.account, order, call.now_ms)
    usual = "FULL" if order.kind in _FULL_BY_DEFAULT else "ACK"
    return book.as_placed(order, call.values.get("newOrderRespType", usual))


def check_order(call: Call) -> object:
    """POST order/test: everything but the engine."""
    order_of(call)
    if call.values.get("computeCommissionRates", "false").lower() != "true":
        return {}
    rates = {"maker": plain(book.COMMISSION), "taker": plain(book.COMMISSION)}
    none = {"maker": plain(ZERO), "taker": plain(ZERO)}
    return {
        "standardCommissionForOrder": rates,
        "specialCommissionForOrder": none,
        "taxCommissionForOrder": none,
        "discount": BNB_DISCOUNT,
    }


def order_of(call: Call) -> Order:
    """The order a call describes, checked as far as it can be without the engine."""
    symbol = order_rules.known_symbol(call)
    kind, side = call.values["type"], call.values["side"]
    order_rules.check_combination(call, kind)
    order_rules.check_precision(call)
    order_rules.check_filters(call, symbol)
    return make_order(call, symbol, kind, side)


def sor_order(call: Call) -> object:
    """POST sor/order: smart routing finds the same market here, so it is an order like any other."""
    order = order_of(call)
    matching.accept(call.sandbox, call.account, order, call.now_ms)
    ledger.write_order(call.sandbox, call.account, order, call.now_ms)
    shown = book.as_placed(order, call.values.get("newOrderRespType", "FULL"))
    return shown | {"workingFloor": "SOR", "usedSor": True}


def make_order(call: Call, symbol: Symbol, kind: str, side: str) -> Order:
    """Out of decoded values. A trailing stop stands still where it would go off if the market turned now."""
    order_id = call.sandbox.next_id()
    return Order(
        order_id=order_id,
        client_id=call.values.get("newClientOrderId") or f"sandbox{order_id}",
        symbol=symbol,
        side=side,
        kind=kind,
        time_in_force=call.values.get("timeInForce", "GTC"),
        price=_pegged(call, symbol, side) or call.decimal("price") or ZERO,
        quantity=call.decimal("quantity") or ZERO,
        quote_quantity=call.decimal("quoteOrderQty") or ZERO,
        stop_price=call.decimal("stopPrice") or _trailing(call, symbol, kind, side),
        iceberg=call.decimal("icebergQty") or ZERO,
        time_ms=call.now_ms,
        update_ms=call.now_ms,
        operation=call.operation,
    )


def _pegged(call: Call, symbol: Symbol, side: str) -> Decimal | None:
    """PRIMARY_PEG is the best price of one's own side, MARKET_PEG the other's; an offset goes away from it.

    A peg comes before a `price` that was sent as well.
    """
    peg = call.values.get("pegPriceType")
    if peg is None:
        return None
    from_bids = (peg == "PRIMARY_PEG") == (side == "BUY")
    offset = call.number("pegOffsetValue", 0) * symbol.tick
    return call.sandbox.bid(symbol) - offset if from_bids else call.sandbox.ask(symbol) + offset


def _trailing(call: Call, symbol: Symbol, kind: str, side: str) -> Decimal:
    """`trailingDelta` is in basis points of the market price."""
    if "trailingDelta" not in call.values:
        return ZERO
    market, delta = call.sandbox.prices[symbol.name], Decimal(call.values["trailingDelta"]) / 10_000
    above = (side == "BUY") == kind.startswith("STOP_LOSS")
    return (market * (1 + delta if above else 1 - delta)).quantize(symbol.tick)


def find_order(
    call: Call, id_name: str = "orderId", client_id_name: str = "origClientOrderId"
) -> Order | None:
    """The order named by id, by client id, or by both (then both must fit)."""
    wanted_id, wanted_client = call.values.get(id_name), call.values.get(client_id_name)
    if wanted_id is None and wanted_client is None:
        text = f"Param '{client_id_name}' or '{id_name}' must be sent, but both were empty/null!"
        raise bad_request(-1102, text)
    symbol = order_rules.known_symbol(call)
    for order in reversed(call.account.orders.values()):
        if (
            order.symbol.name == symbol.name
            and wanted_id in (None, str(order.order_id))
            and wanted_client in (None, order.client_id)
        ):
            return order
    return None


def query_order(call: Call) -> object:
    """GET order."""
    order = find_order(call)
    if order is None:
        raise bad_request(-2013, "Order does not exist.")
    return book.as_queried(order)


def cancel_order(call: Call) -> object:
    """DELETE order."""
    order = find_order(call)
    if order is None or not order.is_open:
        raise bad_request(-2011, "Unknown order sent.")
    matching.cancel(call.account, order, call.now_ms)
    return book.as_cancelled(order, call.values.get("newClientOrderId") or f"cancel{order.order_id}")


def open_orders(call: Call) -> object:
    """GET openOrders, of one symbol or of all."""
    return [book.as_queried(order) for order in _open(call)]


def _open(call: Call) -> list[Order]:
    name = order_rules.known_symbol(call).name if "symbol" in call.values else None
    return [
        order for order in call.account.orders.values() if order.is_open and name in (None, order.symbol.name)
    ]


def cancel_all(call: Call) -> object:
    """DELETE openOrders."""
    cancelled = _open(call)
    if not cancelled:
        raise bad_request(-2011, "Unknown order sent.")
    for order in cancelled:
        matching.cancel(call.account, order, call.now_ms)
    return [book.as_cancelled(order, f"cancel{order.order_id}") for order in cancelled]


def all_orders(call: Call) -> object:
    """GET allOrders: oldest first; `limit` takes the newest, `orderId` starts there."""
    name = order_rules.known_symbol(call).name
    first, last = call.number("startTime", 0), call.number("endTime", 2**63)
    found = [
        order
        for order in call.account.orders.values()
        if order.symbol.name == name
        and order.order_id >= call.number("orderId", 0)
        and first <= order.time_ms <= last
    ]
    return [book.as_queried(order) for order in found[-call.limit(500, 1000) :]]


def my_trades(call: Call) -> object:
    """GET myTrades."""
    name = order_rules.known_symbol(call).name
    first, last = call.number("startTime", 0), call.number("endTime", 2**63)
    found = [
        trade
        for trade in call.account.trades
        if trade.order.symbol.name == name
        and call.values.get("orderId") in (None, str(trade.order.order_id))
        and trade.trade_id >= call.number("fromId", 0)
        and first <= trade.time_ms <= last
    ]
    return [book.as_my_trade(trade) for trade in found[-call.limit(500, 1000) :]]


def cancel_replace(call: Call) -> object:
    """POST order/cancelReplace: both halves told apart (-2021 one failed, -2022 both failed)."""
    cancel, cancel_failed = _attempt_cancel(call)
    stop = call.values["cancelReplaceMode"] == "STOP_ON_FAILURE"
    if cancel_failed and stop:
        placed, place_failed = None, True
        place_result = "NOT_ATTEMPTED"
    else:
        placed, place_failed = _attempt_order(call)
        place_result = "FAILURE" if place_failed else "SUCCESS"
    told = {
        "cancelResult": "FAILURE" if cancel_failed else "SUCCESS",
        "newOrderResult": place_result,
        "cancelResponse": cancel,
        "newOrderResponse": placed,
    }
    if cancel_failed and place_failed:
        raise Refusal(400, -2022, "Order cancel-replace failed.", data=told)
    if cancel_failed or place_failed:
        raise Refusal(409, -2021, "Order cancel-replace partially failed.", data=told)
    return told


def _attempt_cancel(call: Call) -> tuple[object, bool]:
    try:
        order = find_order(call, "cancelOrderId", "cancelOrigClientOrderId")
        if order is None or not order.is_open:
            raise bad_request(-2011, "Unknown order sent.")
    except Refusal as refusal:
        if refusal.code == -1102:
            raise
        return {"code": refusal.code, "msg": refusal.msg}, True
    matching.cancel(call.account, order, call.now_ms)
    cancel_id = call.values.get("cancelNewClientOrderId") or f"cancel{order.order_id}"
    return book.as_cancelled(order, cancel_id), False


def _attempt_order(call: Call) -> tuple[object, bool]:
    try:
        return new_order(call), False
    except Refusal as refusal:
        return {"code": refusal.code, "msg": refusal.msg}, True


_AMENDED = (
    "symbol", "orderId", "orderListId", "clientOrderId", "price", "status", "timeInForce", "type", "side",
    "workingTime", "selfTradePreventionMode",
)  # fmt: skip


def amend_keep_priority(call: Call) -> object:
    """PUT order/amend/keepPriority: less quantity, same place in the queue."""
    order = find_order(call)
    if order is None or not order.is_open:
        raise bad_request(-2038, "The requested action would change no state; rejecting.")
    quantity = Decimal(call.values["newQty"])
    if quantity % order.symbol.step or quantity < order.symbol.step:
        raise bad_request(-1013, "Filter failure: LOT_SIZE")
    if not order.executed < quantity < order.quantity:
        raise bad_request(-2038, "The requested action would change no state; rejecting.")
    _shrink(call.account, order, quantity)
    order.client_id = call.values.get("newClientOrderId", order.client_id)
    order.update_ms = call.now_ms
    ledger.write_order(call.sandbox, call.account, order, call.now_ms)
    amended = book.as_queried(order)
    shown = {
        "qty": amended["origQty"],
        "executedQty": amended["executedQty"],
        "preventedQty": plain(ZERO),
        "quoteOrderQty": plain(ZERO),
        "cumulativeQuoteQty": amended["cummulativeQuoteQty"],
        "origClientOrderId": call.values.get("origClientOrderId", order.client_id),
    }
    return {
        "transactTime": call.now_ms,
        "executionId": call.sandbox.next_id(),
        "amendedOrder": {name: amended[name] for name in _AMENDED} | shown,
    }


def _shrink(account: Account, order: Order, quantity: Decimal) -> None:
    freed = order.reserved * (1 - quantity / order.quantity)
    account.unlock(order.gives, freed)
    order.reserved -= freed
    order.quantity = quantity


def order_rate_limits(call: Call) -> object:
    """GET rateLimit/order."""
    units = {"10S": ("SECOND", 10), "1D": ("DAY", 1)}
    counts = call.sandbox.limit_keeper.order_counts("api", call.key.account, call.now_ms)
    return [
        {"rateLimitType": "ORDERS", "interval": units[name][0], "intervalNum": units[name][1], "limit": limit,
         "count": count}
        for name, limit, count in counts
    ]  # fmt: skip
