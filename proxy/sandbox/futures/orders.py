"""Futures orders: test, place, change, query, cancel."""

from decimal import Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.futures import matching
from proxy.sandbox.futures.book import ZERO, Contract, FuturesOrder, as_shown
from proxy.sandbox.futures.contracts import book_of, is_coin_margined, known_contract
from proxy.sandbox.futures.parameters import CONDITIONAL_NEEDS, NEEDS
from proxy.sandbox.refusals import bad_request, missing, not_required

_MAX_PLACES = 8
_UNKNOWN = (-2013, "Order does not exist.")


def new_order(call: Call) -> object:
    """POST order."""
    order = _order_of(call)
    matching.accept(call.sandbox, call.account, book_of(call), order, call.now_ms)
    return as_shown(order)


def check_order(call: Call) -> object:
    """POST order/test: as an order, but the engine never sees it."""
    return as_shown(_order_of(call))


def _order_of(call: Call) -> FuturesOrder:
    """The order a call describes, checked as far as it can be without the engine."""
    contract, kind = known_contract(call), call.values["type"]
    if kind in CONDITIONAL_NEEDS:
        raise bad_request(
            -4120,
            "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
        )
    check_needs(call, NEEDS[kind], wants_price=kind == "LIMIT")
    check_amounts(call, contract)
    order_id, given = call.sandbox.next_id(), call.values.get
    return FuturesOrder(
        order_id=order_id,
        client_id=given("newClientOrderId", f"sandbox{order_id}"),
        contract=contract,
        side=call.values["side"],
        kind=kind,
        position_side=position_side(call),
        time_in_force=given("timeInForce", "GTC"),
        price=limit_price(call, contract) if kind == "LIMIT" else ZERO,
        quantity=call.decimal("quantity") or ZERO,
        reduce_only=reduce_only(call),
        working_type=given("workingType", "CONTRACT_PRICE"),
        operation=call.operation,
        time_ms=call.now_ms,
        update_ms=call.now_ms,
    )


def check_needs(call: Call, needs: tuple[str, ...], *, wants_price: bool) -> None:
    """What an order of its type has to have (-1102). A price and `priceMatch` exclude each other (-1106)."""
    for needed in needs:
        if needed not in call.values:
            raise missing(needed)
    if wants_price and "price" not in call.values and "priceMatch" not in call.values:
        raise missing("price")
    if wants_price and "price" in call.values and "priceMatch" in call.values:
        raise not_required("priceMatch")
    if call.values.get("timeInForce") == "GTD" and "goodTillDate" not in call.values:
        raise missing("goodTillDate")


def check_amounts(call: Call, contract: Contract) -> None:
    """How amounts are written, then how much they are. COIN-M trades whole contracts."""
    for amount in ("quantity", "price", "triggerPrice"):
        if len(call.values.get(amount, "").partition(".")[2]) > _MAX_PLACES:
            raise bad_request(-1111, "Precision is over the maximum defined for this asset.")
    quantity = call.decimal("quantity")
    if quantity is None:
        return
    if quantity <= 0:
        raise bad_request(-4003, "Quantity less than or equal to zero.")
    if contract.size is not None and quantity % 1:
        raise bad_request(-1111, "Precision is over the maximum defined for this asset.")


def position_side(call: Call) -> str:
    """BOTH in one-way mode, LONG or SHORT in hedge mode. Raises -4061."""
    side = call.values.get("positionSide", "BOTH")
    if (side == "BOTH") == book_of(call).two_sided:
        raise bad_request(-4061, "Order's position side does not match user's setting.")
    return side


def reduce_only(call: Call) -> bool:
    """Not to be sent in hedge mode (-1106)."""
    if "reduceOnly" in call.values and book_of(call).two_sided:
        raise not_required("reduceonly")
    return call.values.get("reduceOnly", "false").lower() == "true"


def limit_price(call: Call, contract: Contract) -> Decimal:
    """The price given, or the one that `priceMatch` takes from the book."""
    if "priceMatch" in call.values:
        return matching.matched_price(call.sandbox, contract, call.values["side"], call.values["priceMatch"])
    return Decimal(call.values["price"])


def find_order(call: Call) -> FuturesOrder | None:
    """The order named by id, by client id, or by both (then both must fit)."""
    wanted_id, wanted_client = call.values.get("orderId"), call.values.get("origClientOrderId")
    if wanted_id is None and wanted_client is None:
        raise missing("orderId")
    name = known_contract(call).name
    for order in reversed(book_of(call).orders.values()):
        if (
            order.contract.name == name
            and wanted_id in (None, str(order.order_id))
            and wanted_client in (None, order.client_id)
        ):
            return order
    return None


def query_order(call: Call) -> object:
    """GET order."""
    order = find_order(call)
    if order is None:
        raise bad_request(*_UNKNOWN)
    return as_shown(order)


def modify_order(call: Call) -> object:
    """PUT order: another quantity and price. The order keeps its own side, whatever `side` says."""
    order = find_order(call)
    if order is None or not order.is_open:
        raise bad_request(*_UNKNOWN)
    if "priceMatch" in call.values:
        raise not_required("priceMatch")
    check_amounts(call, order.contract)
    price, quantity = Decimal(call.values["price"]), Decimal(call.values["quantity"])
    if (price, quantity) == (order.price, order.quantity):
        raise bad_request(-5027, "No need to modify the order.")
    order.price, order.quantity, order.operation = price, quantity, call.operation
    matching.work(call.sandbox, call.account, book_of(call), order, call.now_ms)
    return as_shown(order)


def cancel_order(call: Call) -> object:
    """DELETE order."""
    order = find_order(call)
    if order is None or not order.is_open:
        raise bad_request(-2011, "Unknown order sent.")
    order.status, order.update_ms = "CANCELED", call.now_ms
    return as_shown(order)


def open_orders(call: Call) -> object:
    """GET openOrders."""
    name = known_contract(call).name if "symbol" in call.values else None
    return [
        as_shown(order)
        for order in book_of(call).orders.values()
        if order.is_open
        and name in (None, order.contract.name)
        and (order.contract.size is not None) == is_coin_margined(call)
    ]


def all_orders(call: Call) -> object:
    """GET allOrders."""
    name = known_contract(call).name
    return [as_shown(order) for order in book_of(call).orders.values() if order.contract.name == name]


def cancel_all(call: Call) -> object:
    """DELETE allOpenOrders."""
    name = known_contract(call).name
    for order in book_of(call).orders.values():
        if order.is_open and order.contract.name == name:
            order.status, order.update_ms = "CANCELED", call.now_ms
    return {"code": 200, "msg": "The operation of cancel all open order is done."}
