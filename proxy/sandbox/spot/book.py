"""Orders, order pairs and trades of an account, and how `/api/v3` shows orders and trades."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from proxy.sandbox.spot.symbols import Symbol, plain

ZERO = Decimal(0)
COMMISSION = Decimal("0.001")


@dataclass(slots=True)
class Order:
    """Amounts in the base asset, prices in the quote asset, times in milliseconds.

    reserved: what is still locked for this order, in the asset it gives away.
    list_id: -1, or the order list it belongs to. rival: the other one of a pair of which only one can fill (OCO).
    followers: what goes to work once this one has filled (OTO); pays_followers: they take the quantity from what
    this one bought or was paid (OPO). status PENDING_NEW: it waits until another order has filled.
    operation: method and path that placed it.
    """

    order_id: int
    client_id: str
    symbol: Symbol
    side: str
    kind: str
    time_in_force: str
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    stop_price: Decimal
    iceberg: Decimal
    time_ms: int
    list_id: int = -1
    status: str = "NEW"
    executed: Decimal = ZERO
    spent: Decimal = ZERO
    reserved: Decimal = ZERO
    triggered: bool = False
    update_ms: int = 0
    fills: list["Trade"] = field(default_factory=list)
    rival: "Order | None" = field(default=None, repr=False, compare=False)
    followers: tuple["Order", ...] = field(default=(), repr=False, compare=False)
    operation: str = ""
    pays_followers: bool = False

    @property
    def is_open(self) -> bool:
        return self.status in ("NEW", "PARTIALLY_FILLED")

    @property
    def gives(self) -> str:
        """The asset that this order gives away."""
        return self.symbol.quote if self.side == "BUY" else self.symbol.base

    @property
    def waits_for_stop(self) -> bool:
        return self.kind.startswith(("STOP_LOSS", "TAKE_PROFIT")) and not self.triggered


@dataclass(frozen=True, slots=True)
class Trade:
    trade_id: int
    order: Order
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    time_ms: int
    is_maker: bool


@dataclass(slots=True)
class OrderList:
    """Orders that know of each other: OCO, a pair of which one cancels the other; OTO, a first that starts others."""

    list_id: int
    client_id: str
    orders: tuple[Order, ...]
    time_ms: int
    contingency: str = "OCO"

    @property
    def is_open(self) -> bool:
        return any(order.is_open or order.status == "PENDING_NEW" for order in self.orders)


def _amounts(order: Order) -> dict[str, Any]:
    shown = {
        "price": plain(order.price),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        "origQuoteOrderQty": plain(order.quote_quantity),
        "cummulativeQuoteQty": plain(order.spent),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.kind,
        "side": order.side,
    }
    if order.stop_price:
        shown["stopPrice"] = plain(order.stop_price)
    if order.iceberg:
        shown["icebergQty"] = plain(order.iceberg)
    return shown


def as_queried(order: Order) -> dict[str, Any]:
    """GET order, openOrders, allOrders."""
    return {
        "symbol": order.symbol.name,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        **_amounts(order),
        "stopPrice": plain(order.stop_price),
        "icebergQty": plain(order.iceberg),
        "time": order.time_ms,
        "updateTime": order.update_ms,
        "isWorking": not order.waits_for_stop,
        "workingTime": -1 if order.waits_for_stop else order.time_ms,
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }


def as_placed(order: Order, response_type: str) -> dict[str, Any]:
    """The answer to a new order: ACK, RESULT or FULL."""
    shown: dict[str, Any] = {
        "symbol": order.symbol.name,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.update_ms,
    }
    if response_type == "ACK":
        return shown
    shown |= _amounts(order) | {"workingTime": order.time_ms, "selfTradePreventionMode": "EXPIRE_MAKER"}
    if response_type == "FULL":
        shown["fills"] = [
            {
                "price": plain(trade.price),
                "qty": plain(trade.quantity),
                "commission": plain(trade.commission),
                "commissionAsset": trade.commission_asset,
                "tradeId": trade.trade_id,
            }
            for trade in order.fills
        ]
    return shown


def as_cancelled(order: Order, cancel_id: str) -> dict[str, Any]:
    return {
        "symbol": order.symbol.name,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": cancel_id,
        "transactTime": order.update_ms,
        **_amounts(order),
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }


def as_my_trade(trade: Trade) -> dict[str, Any]:
    return {
        "symbol": trade.order.symbol.name,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "orderListId": trade.order.list_id,
        "price": plain(trade.price),
        "qty": plain(trade.quantity),
        "quoteQty": plain(trade.price * trade.quantity),
        "commission": plain(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": trade.time_ms,
        "isBuyer": trade.order.side == "BUY",
        "isMaker": trade.is_maker,
        "isBestMatch": True,
    }
