"""How a spot or margin order stands in the ledger."""

from proxy.sandbox.account import Account
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.executed import Executed
from proxy.sandbox.spot.book import Order


def write_order(
    sandbox: Sandbox, account: Account, order: Order, now_ms: int, note: str | None = None
) -> None:
    """Writes the order as it stands: filled for what it cost, otherwise at its price, its stop, or the market's."""
    price = order.price or order.stop_price or sandbox.prices[order.symbol.name]
    filled = order.executed > 0
    sandbox.executed.append(
        Executed(
            account=account.name,
            product=account.product,
            deed="order",
            operation=order.operation,
            at_ms=now_ms,
            status=order.status,
            symbol=order.symbol.name,
            side=order.side,
            order_type=order.kind,
            order_id=order.order_id,
            list_id=None if order.list_id == -1 else order.list_id,
            base_quantity=order.quantity,
            price=order.spent / order.executed if filled else price,
            quote_value=order.spent if filled else price * order.quantity,
            quote_coin=order.symbol.quote,
            note=note,
        )
    )
