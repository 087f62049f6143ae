"""Options on one underlying, and orders for them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from proxy.sandbox.spot.symbols import plain


@dataclass(frozen=True, slots=True)
class Option:
    """unit: how much of the underlying one contract stands for. price: premium of one such unit, in USDT."""

    name: str
    underlying: str
    side: str
    strike: Decimal
    expires_ms: int
    price: Decimal
    unit: Decimal = Decimal(1)
    tick: Decimal = Decimal(5)


_EXPIRES_MS = 1_798_185_600_000  # 2026-12-25 08:00 UTC
OPTIONS = {
    option.name: option
    for option in (
        Option("BTC-261225-60000-C", "BTCUSDT", "CALL", Decimal(60_000), _EXPIRES_MS, Decimal(2000)),
        Option("BTC-261225-60000-P", "BTCUSDT", "PUT", Decimal(60_000), _EXPIRES_MS, Decimal(1500)),
        Option("BTC-261225-80000-C", "BTCUSDT", "CALL", Decimal(80_000), _EXPIRES_MS, Decimal(250)),
    )
}


@dataclass(slots=True)
class OptionOrder:
    order_id: int
    client_id: str
    option: Option
    side: str
    price: Decimal
    quantity: Decimal
    time_in_force: str
    reduce_only: bool
    time_ms: int
    update_ms: int
    status: str = "ACCEPTED"
    executed: Decimal = Decimal(0)
    average: Decimal = Decimal(0)


def as_shown(order: OptionOrder) -> dict[str, Any]:
    return {
        "orderId": order.order_id,
        "symbol": order.option.name,
        "price": plain(order.price),
        "quantity": plain(order.quantity),
        "executedQty": plain(order.executed),
        "side": order.side,
        "type": "LIMIT",
        "timeInForce": order.time_in_force,
        "reduceOnly": order.reduce_only,
        "createTime": order.time_ms,
        "updateTime": order.update_ms,
        "status": order.status,
        "avgPrice": plain(order.average),
        "source": "API",
        "clientOrderId": order.client_id,
        "priceScale": 1,
        "quantityScale": 2,
        "optionSide": order.option.side,
        "quoteAsset": "USDT",
        "mmp": False,
    }
