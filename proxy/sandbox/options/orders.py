"""Orders for options: limit orders alone. A quantity counts contracts; premiums are per unit of the underlying."""

from dataclasses import replace
from decimal import Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.json_lists import read_entry, read_list
from proxy.sandbox.options.book import OptionOrder, as_shown
from proxy.sandbox.options.market import known_option, premium
from proxy.sandbox.options.parameters import NEW_ORDER
from proxy.sandbox.refusals import Refusal, bad_request, missing

_MOST_ORDERS = 10
_MAX_PLACES = 2


def new_order(call: Call) -> object:
    """POST order: fills at the market if it crosses it, else rests."""
    option = known_option(call)
    for needed in ("timeInForce", "price"):
        if needed not in call.values:
            raise missing(needed)
    price, quantity = Decimal(call.values["price"]), Decimal(call.values["quantity"])
    if quantity <= 0:
        raise bad_request(-4003, "Quantity less than or equal to zero.")
    if len(call.values["quantity"].partition(".")[2].rstrip("0")) > _MAX_PLACES:
        raise bad_request(-1111, "Precision is over the maximum defined for this asset.")
    order_id = call.sandbox.next_id()
    order = OptionOrder(
        order_id=order_id,
        client_id=call.values.get("clientOrderId", f"sandbox{order_id}"),
        option=option,
        side=call.values["side"],
        price=price,
        quantity=quantity,
        time_in_force=call.values["timeInForce"],
        reduce_only=call.values.get("reduceOnly", "false").lower() == "true",
        time_ms=call.now_ms,
        update_ms=call.now_ms,
    )
    _work(call, order)
    call.account.options[order_id] = order
    _record(call, order)
    return as_shown(order)


def _work(call: Call, order: OptionOrder) -> None:
    """Raises -5022 for a post-only order that would take."""
    ask = premium(call.sandbox, order.option)
    market = ask if order.side == "BUY" else ask - order.option.tick
    crosses = order.price >= market if order.side == "BUY" else order.price <= market
    only_makes = order.time_in_force == "GTX" or call.values.get("postOnly", "false").lower() == "true"
    if crosses and only_makes:
        raise bad_request(
            -5022, "Due to the order could not be executed as maker, the Post Only order will be rejected."
        )
    if crosses:
        order.status, order.executed, order.average = "FILLED", order.quantity, market
    elif order.time_in_force in ("IOC", "FOK"):
        order.status = "EXPIRED"


def _record(call: Call, order: OptionOrder) -> None:
    """The premium; what a seller of options may lose besides has no bound and stands nowhere."""
    units, price = order.quantity * order.option.unit, order.average or order.price
    call.record(
        "options", "order",
        status={"ACCEPTED": "NEW"}.get(order.status, order.status),
        symbol=order.option.name, side=order.side, order_type="LIMIT", order_id=order.order_id,
        base_quantity=units, contracts=order.quantity, contract_size=order.option.unit, contract_coin="BTC",
        price=price, quote_value=units * price, quote_coin="USDT",
    )  # fmt: skip


def new_orders(call: Call) -> object:
    """POST batchOrders: `orders`, each for itself."""
    told: list[object] = []
    for entry in read_list(call, "orders", _MOST_ORDERS):
        try:
            told.append(new_order(replace(call, values=read_entry(entry, NEW_ORDER))))
        except Refusal as refusal:
            told.append({"code": refusal.code, "msg": refusal.msg})
    return told


def _find(call: Call) -> OptionOrder | None:
    wanted_id, wanted_client = call.values.get("orderId"), call.values.get("clientOrderId")
    if wanted_id is None and wanted_client is None:
        raise missing("orderId")
    option = known_option(call)
    for order in reversed(call.account.options.values()):
        if (
            order.option == option
            and wanted_id in (None, str(order.order_id))
            and wanted_client in (None, order.client_id)
        ):
            return order
    return None


def query_order(call: Call) -> object:
    """GET order."""
    order = _find(call)
    if order is None:
        raise bad_request(-2013, "Order does not exist.")
    return as_shown(order)


def cancel_order(call: Call) -> object:
    """DELETE order."""
    order = _find(call)
    if order is None or order.status != "ACCEPTED":
        raise bad_request(-2011, "Unknown order sent.")
    order.status, order.update_ms = "CANCELLED", call.now_ms
    return as_shown(order)


def open_orders(call: Call) -> object:
    """GET openOrders."""
    option = known_option(call) if "symbol" in call.values else None
    return [
        as_shown(order)
        for order in call.account.options.values()
        if order.status == "ACCEPTED" and option in (None, order.option)
    ]
