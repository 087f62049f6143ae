"""The engine: funds are locked, orders filled at the standing price, cancelled, or triggered by a move.

Depth is endless at one price. A limit order fills at once and whole if it crosses the market, else it rests
until `move_price` reaches it.
"""

from decimal import ROUND_DOWN, Decimal

from proxy.sandbox.account import Account
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.refusals import Refusal, bad_request
from proxy.sandbox.spot.book import COMMISSION, ZERO, Order, Trade
from proxy.sandbox.spot.ledger import write_order

_SMALLEST = Decimal("0.00000001")


def accept(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    """Takes a new order into the account's book. Raises -2010."""
    if any(other.is_open and other.client_id == order.client_id for other in account.orders.values()):
        raise bad_request(-2010, "Duplicate order sent.")
    if order.kind == "LIMIT_MAKER" and _crosses(sandbox, order):
        raise bad_request(-2010, "Order would immediately match and take.")
    order.reserved = funds_needed(sandbox, order)
    account.lock(order.gives, order.reserved)
    order.update_ms = now_ms
    account.orders[order.order_id] = order
    account.updated_ms = now_ms
    _work(sandbox, account, order, now_ms)


def funds_needed(sandbox: Sandbox, order: Order) -> Decimal:
    if order.side == "SELL":
        return _market_quantity(sandbox, order)
    if order.kind == "MARKET":
        return _market_quantity(sandbox, order) * sandbox.ask(order.symbol)
    return order.quantity * (order.price or order.stop_price)


def _market_quantity(sandbox: Sandbox, order: Order) -> Decimal:
    """A MARKET order by quote amount buys or sells as many whole steps as that amount pays for."""
    if not order.quote_quantity:
        return order.quantity
    price = sandbox.ask(order.symbol) if order.side == "BUY" else sandbox.bid(order.symbol)
    steps = (order.quote_quantity / price / order.symbol.step).to_integral_value(ROUND_DOWN)
    return steps * order.symbol.step


def _crosses(sandbox: Sandbox, order: Order) -> bool:
    if order.side == "BUY":
        return order.price >= sandbox.ask(order.symbol)
    return order.price <= sandbox.bid(order.symbol)


def _work(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    """Fills a fresh order if it can be filled at once."""
    if order.waits_for_stop:
        return
    if order.price == ZERO:
        order.quantity = _market_quantity(sandbox, order)
        price = sandbox.ask(order.symbol) if order.side == "BUY" else sandbox.bid(order.symbol)
        fill(sandbox, account, order, price, now_ms, maker=False)
    elif _crosses(sandbox, order):
        price = sandbox.ask(order.symbol) if order.side == "BUY" else sandbox.bid(order.symbol)
        fill(sandbox, account, order, price, now_ms, maker=False)
    elif order.time_in_force in ("IOC", "FOK"):
        close(account, order, "EXPIRED", now_ms)


def fill(
    sandbox: Sandbox, account: Account, order: Order, price: Decimal, now_ms: int, *, maker: bool
) -> None:
    """Fills what is left of an order at this price; the fee is a thousandth of what comes in."""
    _take_over_funds(account, order, now_ms)
    quantity = order.quantity - order.executed
    cost = price * quantity
    pays, gets = (cost, quantity) if order.side == "BUY" else (quantity, cost)
    got_asset = order.symbol.base if order.side == "BUY" else order.symbol.quote
    if pays > order.reserved:
        account.lock(order.gives, pays - order.reserved)
        order.reserved = pays
    account.spend_locked(order.gives, pays)
    order.reserved -= pays
    account.unlock(order.gives, order.reserved)
    order.reserved = ZERO
    fee = (gets * COMMISSION).quantize(_SMALLEST, ROUND_DOWN)
    account.add(got_asset, gets - fee)
    trade = Trade(sandbox.next_id(), order, price, quantity, fee, got_asset, now_ms, maker)
    order.executed, order.spent, order.status, order.update_ms = quantity, cost, "FILLED", now_ms
    order.fills.append(trade)
    account.trades.append(trade)
    account.updated_ms = now_ms


def close(account: Account, order: Order, status: str, now_ms: int) -> None:
    """Ends an open order (CANCELED, EXPIRED) and frees its funds."""
    account.unlock(order.gives, order.reserved)
    order.reserved = ZERO
    order.status = status
    order.update_ms = account.updated_ms = now_ms


def _take_over_funds(account: Account, order: Order, now_ms: int) -> None:
    """Of an order pair only one holds the funds; the one that fills takes them and ends the other."""
    if order.list_id == -1:
        return
    for other in account.orders.values():
        if other.list_id == order.list_id and other is not order and other.is_open:
            order.reserved += other.reserved
            other.reserved = ZERO
            close(account, other, "EXPIRED", now_ms)


def move_price(sandbox: Sandbox, name: str, price: Decimal, now_ms: int) -> None:
    """Moves a market: stops that are reached trigger, resting orders that are reached fill at their price."""
    sandbox.prices[name] = price
    for account in sandbox.accounts():
        for order in list(account.orders.values()):
            if order.is_open and order.symbol.name == name:
                _reach(sandbox, account, order, now_ms)


def _reach(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    price = sandbox.prices[order.symbol.name]
    if order.waits_for_stop:
        falls = (order.side == "SELL") == order.kind.startswith("STOP_LOSS")
        if not (price <= order.stop_price if falls else price >= order.stop_price):
            return
        order.triggered = True
        try:
            _work(sandbox, account, order, now_ms)
        except Refusal:
            close(account, order, "EXPIRED", now_ms)  # the price ran away further than the funds reach
    elif _crosses(sandbox, order):
        fill(sandbox, account, order, order.price, now_ms, maker=True)
    if not order.is_open:
        write_order(sandbox, account, order, now_ms)
