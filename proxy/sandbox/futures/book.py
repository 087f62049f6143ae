"""Contracts, and what an account has of them: orders, conditional (algo) orders, positions, settings."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from proxy.sandbox.spot.symbols import Symbol, plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Contract:
    """A perpetual contract on a spot market.

    size: None for USD-M, whose quantities are in the base coin; for COIN-M the USD that one contract is worth.
    """

    name: str
    symbol: Symbol
    size: Decimal | None = None

    @property
    def margin_coin(self) -> str:
        return self.symbol.quote if self.size is None else self.symbol.base

    @property
    def quote_coin(self) -> str:
        return self.symbol.quote if self.size is None else "USD"

    def quote_value(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What a quantity is worth at a price; a COIN-M contract is worth the same at any."""
        return quantity * price if self.size is None else quantity * self.size


@dataclass(slots=True)
class FuturesOrder:
    """quantity: in the base coin (USD-M) or in contracts (COIN-M). operation: what placed it, or changed it last.

    algo_id: of the conditional order that became this one.
    """

    order_id: int
    client_id: str
    contract: Contract
    side: str
    kind: str
    position_side: str
    time_in_force: str
    price: Decimal
    quantity: Decimal
    reduce_only: bool
    working_type: str
    operation: str
    time_ms: int
    update_ms: int
    stop_price: Decimal = ZERO
    close_position: bool = False
    algo_id: int | None = None
    status: str = "NEW"
    executed: Decimal = ZERO
    average: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return self.status == "NEW"


@dataclass(slots=True)
class AlgoOrder:
    """A conditional order: becomes an order of `turns_into` when the price reaches `trigger`."""

    algo_id: int
    client_id: str
    contract: Contract
    side: str
    kind: str
    position_side: str
    time_in_force: str
    price: Decimal
    quantity: Decimal
    trigger: Decimal
    reduce_only: bool
    close_position: bool
    shown: dict[str, Any]
    operation: str
    time_ms: int
    update_ms: int
    status: str = "NEW"

    @property
    def turns_into(self) -> str:
        return "LIMIT" if self.kind in ("STOP", "TAKE_PROFIT") else "MARKET"

    def reached(self, price: Decimal) -> bool:
        """Stops follow the market's move against a position, take-profits the move in its favour."""
        waits_for_rise = (self.side == "BUY") != self.kind.startswith("TAKE_PROFIT")
        return price >= self.trigger if waits_for_rise else price <= self.trigger


@dataclass(slots=True)
class FuturesBook:
    """positions: contract and position side -> amount, below zero for short; in base coins or contracts.

    two_sided: hedge mode, one switch for USD-M and COIN-M since 2026-06-30.
    """

    orders: dict[int, FuturesOrder] = field(default_factory=dict)
    algos: dict[int, AlgoOrder] = field(default_factory=dict)
    positions: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    settings: dict[tuple[str, str], Any] = field(default_factory=dict)
    two_sided: bool = False

    def closable(self, contract: str, side: str, position_side: str) -> Decimal:
        """How much of a position an order of this side can close."""
        held = self.positions[contract, position_side]
        return max(held if side == "SELL" else -held, ZERO)


def as_shown(order: FuturesOrder) -> dict[str, Any]:
    """As Binance shows an order of the contract's product."""
    total = order.executed * order.average
    if order.contract.size is None:
        sum_of_fills = {"cumQuote": plain(total)}
    else:
        base = order.executed * order.contract.size / order.average if order.average else ZERO
        sum_of_fills = {"cumBase": plain(base)}
    return {
        "orderId": order.order_id,
        "symbol": order.contract.name,
        "status": order.status,
        "clientOrderId": order.client_id,
        "price": plain(order.price),
        "avgPrice": plain(order.average) if order.average else "0.00",
        "origQty": plain(order.quantity),
        "executedQty": plain(order.executed),
        **sum_of_fills,
        "timeInForce": order.time_in_force,
        "type": order.kind,
        "origType": order.kind,
        "reduceOnly": order.reduce_only,
        "closePosition": order.close_position,
        "side": order.side,
        "positionSide": order.position_side,
        "stopPrice": plain(order.stop_price),
        "workingType": order.working_type,
        "time": order.time_ms,
        "updateTime": order.update_ms,
    }
