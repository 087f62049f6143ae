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
    reserve(sandbox, account, order)
    order.update_ms = now_ms
    account.orders[order.order_id] = order
    account.updated_ms = now_ms
    _work(sandbox, account, order, now_ms)


def reserve(sandbox: Sandbox, account: Account, order: Order) -> None:
    """Locks the funds of an order; of a pair, those of the dearer one serve both. Raises -2010."""
    pair = [order] if order.rival is None else [order, order.rival]
    dearer = max(pair, key=lambda one: funds_needed(sandbox, one))
    needed = funds_needed(sandbox, dearer)
    account.lock(dearer.gives, needed)
    dearer.reserved = needed


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
    other = order.rival
    if other is not None and other.is_open:
        order.reserved += other.reserved
        other.reserved = ZERO
        close(account, other, "EXPIRED", now_ms)


def cancel(account: Account, order: Order, now_ms: int) -> None:
    """Cancels an order; one of a list takes with it all of the list that is still to come."""
    members = [order]
    if order.list_id != -1:
        members = list(account.order_lists[order.list_id].orders)
    for member in members:
        if member.is_open or member.status == "PENDING_NEW":
            close(account, member, "CANCELED", now_ms)


def follow(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    """What becomes of the followers of an order: they go to work when it is filled, and end with it.

    Each is written into the ledger as it then stands.
    """
    if order.status == "FILLED" and order.followers:
        _start_followers(sandbox, account, order, now_ms)
    elif not order.is_open:
        _expire_followers(sandbox, account, order, now_ms)


def _expire_followers(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    for follower in order.followers:
        close(account, follower, "EXPIRED", now_ms)
        write_order(sandbox, account, follower, now_ms)


def _start_followers(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    for follower in order.followers:
        if order.pays_followers:
            follower.quantity = _paid_quantity(order)
    try:
        if not all(follower.quantity for follower in order.followers):
            raise bad_request(-2010, "Account has insufficient balance for requested action.")
        reserve(sandbox, account, order.followers[0])
    except Refusal:
        _expire_followers(sandbox, account, order, now_ms)
        return
    for follower in order.followers:
        follower.status, follower.update_ms = "NEW", now_ms
    for follower in order.followers:
        if follower.is_open:
            _start(sandbox, account, follower, now_ms)
        write_order(sandbox, account, follower, now_ms)


def _start(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    """As if it had just come: a stop that is reached triggers, what must not take and would expires."""
    if order.kind == "LIMIT_MAKER" and _crosses(sandbox, order):
        close(account, order, "EXPIRED", now_ms)
        return
    order.triggered = order.waits_for_stop and _is_reached(sandbox, order)
    _work_or_expire(sandbox, account, order, now_ms)


def _work_or_expire(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    try:
        _work(sandbox, account, order, now_ms)
    except Refusal:
        close(account, order, "EXPIRED", now_ms)  # the price ran away further than the funds reach


def _paid_quantity(order: Order) -> Decimal:
    """What a filled purchase brought, less its fee, in whole steps of the market."""
    got = sum((trade.quantity - trade.commission for trade in order.fills), ZERO)
    return (got / order.symbol.step).to_integral_value(ROUND_DOWN) * order.symbol.step


def move_price(sandbox: Sandbox, name: str, price: Decimal, now_ms: int) -> None:
    """Moves a market: stops that are reached trigger, resting orders that are reached fill at their price."""
    sandbox.prices[name] = price
    for account in sandbox.accounts():
        for order in list(account.orders.values()):
            if order.is_open and order.symbol.name == name:
                _reach(sandbox, account, order, now_ms)


def _reach(sandbox: Sandbox, account: Account, order: Order, now_ms: int) -> None:
    if order.waits_for_stop:
        if not _is_reached(sandbox, order):
            return
        order.triggered = True
        _work_or_expire(sandbox, account, order, now_ms)
    elif _crosses(sandbox, order):
        fill(sandbox, account, order, order.price, now_ms, maker=True)
    if not order.is_open:
        write_order(sandbox, account, order, now_ms)
        follow(sandbox, account, order, now_ms)


def _is_reached(sandbox: Sandbox, order: Order) -> bool:
    price = sandbox.prices[order.symbol.name]
    falls = (order.side == "SELL") == order.kind.startswith("STOP_LOSS")
    return price <= order.stop_price if falls else price >= order.stop_price
