"""The engine of futures: fills at the standing price, positions, and what a move of the price sets off.

Nothing is asked about margin: an order is never refused for lack of funds.
"""

from decimal import Decimal

from proxy.sandbox.account import Account
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.executed import Executed
from proxy.sandbox.futures.book import ZERO, AlgoOrder, Contract, FuturesBook, FuturesOrder
from proxy.sandbox.futures.contracts import ask, bid, coin_contracts, usd_contracts
from proxy.sandbox.refusals import bad_request


def is_closing(order: FuturesOrder | AlgoOrder) -> bool:
    """May it only make a position smaller? In hedge mode a side that closes always does."""
    closes_its_side = (order.position_side, order.side) in (("LONG", "SELL"), ("SHORT", "BUY"))
    return order.reduce_only or order.close_position or closes_its_side


def accept(sandbox: Sandbox, account: Account, book: FuturesBook, order: FuturesOrder, now_ms: int) -> None:
    """Takes an order into the book, fills it if it crosses the market, writes it. Raises -2022, -5022."""
    if is_closing(order) and not book.closable(order.contract.name, order.side, order.position_side):
        raise bad_request(-2022, "ReduceOnly Order is rejected.")
    crosses = _crosses(sandbox, order)
    if crosses and order.time_in_force == "GTX":
        raise bad_request(
            -5022, "Due to the order could not be executed as maker, the Post Only order will be rejected."
        )
    book.orders[order.order_id] = order
    work(sandbox, account, book, order, now_ms)


def work(sandbox: Sandbox, account: Account, book: FuturesBook, order: FuturesOrder, now_ms: int) -> None:
    """Fills a new or changed order if it can be filled at once, and writes it into the ledger as it then stands."""
    order.update_ms = now_ms
    if _crosses(sandbox, order):
        fill(book, order, _taken_at(sandbox, order.contract, order.side))
    elif order.time_in_force in ("IOC", "FOK"):
        order.status = "EXPIRED"
    write_order(sandbox, account, order, now_ms)


def _taken_at(sandbox: Sandbox, contract: Contract, side: str) -> Decimal:
    return ask(sandbox, contract) if side == "BUY" else bid(sandbox, contract)


def _crosses(sandbox: Sandbox, order: FuturesOrder) -> bool:
    market = _taken_at(sandbox, order.contract, order.side)
    if order.kind == "MARKET":
        return True
    return order.price >= market if order.side == "BUY" else order.price <= market


def fill(book: FuturesBook, order: FuturesOrder, price: Decimal) -> None:
    """Fills an order whole; one that only closes takes no more than there is to close."""
    quantity, name = order.quantity, order.contract.name
    if is_closing(order):
        quantity = min(quantity, book.closable(name, order.side, order.position_side))
    if not quantity:
        order.status = "EXPIRED"
        return
    book.positions[name, order.position_side] += quantity if order.side == "BUY" else -quantity
    order.executed, order.average, order.status = quantity, price, "FILLED"


def write_order(sandbox: Sandbox, account: Account, order: FuturesOrder, now_ms: int) -> None:
    """The order as it stands: filled for what it cost, otherwise at its own price. One that was a conditional order
    is still that one in the ledger."""
    filled = order.executed > 0
    price = order.average if filled else order.price or ask(sandbox, order.contract)
    quantity = order.executed if filled else order.quantity
    _write(sandbox, account, order, quantity, price, order.algo_id or order.order_id, now_ms)


def write_algo(sandbox: Sandbox, account: Account, book: FuturesBook, order: AlgoOrder, now_ms: int) -> None:
    """A conditional order at its price, else at its trigger. One that closes a position counts with all of it."""
    quantity = order.quantity
    if order.close_position:
        quantity = book.closable(order.contract.name, order.side, order.position_side)
    _write(sandbox, account, order, quantity, order.price or order.trigger, order.algo_id, now_ms)


def _write(
    sandbox: Sandbox,
    account: Account,
    order: FuturesOrder | AlgoOrder,
    quantity: Decimal,
    price: Decimal,
    order_id: int,
    now_ms: int,
) -> None:
    contract = order.contract
    value, by_contract = contract.quote_value(quantity, price), contract.size is not None
    sandbox.executed.append(
        Executed(
            account=account.name,
            product="coinm" if by_contract else "usdm",
            deed="order",
            operation=order.operation,
            at_ms=now_ms,
            status=order.status,
            symbol=contract.name,
            side=order.side,
            order_type=order.kind,
            order_id=order_id,
            base_quantity=value / price if by_contract else quantity,
            contracts=quantity if by_contract else None,
            contract_size=contract.size,
            contract_coin="USD" if by_contract else None,
            price=price,
            quote_value=value,
            quote_coin=contract.quote_coin,
            note="closePosition" if order.close_position else None,
        )
    )


def move_contract_price(sandbox: Sandbox, name: str, price: Decimal, now_ms: int) -> None:
    """Gives a contract a price of its own: conditional orders it reaches go off, resting orders fill at theirs.

    Raises KeyError for a name that is no contract.
    """
    known = {contract.name for contract in (*usd_contracts(sandbox), *coin_contracts(sandbox))}
    if name not in known:
        raise KeyError(name)
    sandbox.contract_prices[name] = price
    for account in sandbox.accounts():
        for book in (account.futures, account.portfolio):
            _reach(sandbox, account, book, name, now_ms)


def _reach(sandbox: Sandbox, account: Account, book: FuturesBook, name: str, now_ms: int) -> None:
    price = sandbox.contract_prices[name]
    for order in list(book.orders.values()):
        if order.is_open and order.contract.name == name and _crosses(sandbox, order):
            order.update_ms = now_ms
            fill(book, order, order.price)
            write_order(sandbox, account, order, now_ms)
    for algo in list(book.algos.values()):
        if algo.status == "NEW" and algo.contract.name == name and algo.reached(price):
            _go_off(sandbox, account, book, algo, now_ms)


def _go_off(sandbox: Sandbox, account: Account, book: FuturesBook, algo: AlgoOrder, now_ms: int) -> None:
    """A conditional order becomes an ordinary one, or expires if it has nothing to close."""
    algo.update_ms = now_ms
    closable = book.closable(algo.contract.name, algo.side, algo.position_side)
    if is_closing(algo) and not closable:
        algo.status = "EXPIRED"
        return
    algo.status = "FINISHED"
    order_id = sandbox.next_id()
    order = FuturesOrder(
        order_id=order_id,
        client_id=algo.client_id,
        contract=algo.contract,
        side=algo.side,
        kind=algo.turns_into,
        position_side=algo.position_side,
        time_in_force=algo.time_in_force,
        price=algo.price,
        quantity=closable if algo.close_position else algo.quantity,
        reduce_only=algo.reduce_only,
        working_type=algo.shown["workingType"],
        operation=algo.operation,
        time_ms=now_ms,
        update_ms=now_ms,
        stop_price=algo.trigger,
        close_position=algo.close_position,
        algo_id=algo.algo_id,
    )
    book.orders[order_id] = order
    work(sandbox, account, book, order, now_ms)


def usual_trigger(sandbox: Sandbox, contract: Contract, side: str, rate: Decimal, start: Decimal) -> Decimal:
    """Where a trailing stop would go off if the market turned now: `rate` percent from `start` or the market."""
    base = start or _taken_at(sandbox, contract, side)
    return base * (1 + rate / 100 if side == "BUY" else 1 - rate / 100)


def matched_price(sandbox: Sandbox, contract: Contract, side: str, word: str) -> Decimal:
    """The price that `priceMatch` stands for: OPPONENT or QUEUE, at the best level or one further back."""
    name, _, level = word.partition("_")
    buys_from_ask = (name == "OPPONENT") == (side == "BUY")
    away = (int(level or 1) - 1) * contract.symbol.tick
    return ask(sandbox, contract) + away if buys_from_ask else max(bid(sandbox, contract) - away, ZERO)
