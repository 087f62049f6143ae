"""One customer: balances, and everything that only this customer can see."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from proxy.sandbox.c2c.state import Merchant, new_merchant
from proxy.sandbox.convert.quote import Quote
from proxy.sandbox.futures.book import FuturesBook
from proxy.sandbox.options.book import OptionOrder
from proxy.sandbox.refusals import bad_request
from proxy.sandbox.spot.book import Order, OrderList, Trade


@dataclass(slots=True)
class Balance:
    free: Decimal = Decimal(0)
    locked: Decimal = Decimal(0)


START_BALANCES = {
    "BTC": "2", "ETH": "20", "BNB": "50", "USDT": "100000", "USDC": "50000", "XRP": "5000", "DOGE": "20000",
}  # fmt: skip


@dataclass(slots=True)
class Account:
    """uid is made up. orders are keyed by their id, in the order in which they came. borrowed: debt by coin.

    futures, portfolio: orders and positions of `/fapi` and `/dapi`, and of `/papi`. earning: what lies in Earn, by
    product or locked position. options: orders of `/eapi`, keyed by their id.
    """

    uid: int
    name: str = "main"
    product: Literal["spot", "margin"] = "spot"
    balances: dict[str, Balance] = field(default_factory=lambda: defaultdict(Balance))
    orders: dict[int, Order] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    order_lists: dict[int, OrderList] = field(default_factory=dict)
    withdrawals: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)
    merchant: Merchant = field(default_factory=new_merchant)
    listen_keys: dict[str, str] = field(default_factory=dict)
    futures: FuturesBook = field(default_factory=FuturesBook)
    portfolio: FuturesBook = field(default_factory=FuturesBook)
    quotes: dict[str, Quote] = field(default_factory=dict)
    earning: dict[str, Decimal] = field(default_factory=dict)
    locked_coins: dict[str, str] = field(default_factory=dict)
    options: dict[int, OptionOrder] = field(default_factory=dict)
    borrowed: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    updated_ms: int = 0

    def lock(self, asset: str, amount: Decimal) -> None:
        """Sets funds aside for an order. Raises -2010 when there is not enough."""
        balance = self.balances[asset]
        if balance.free < amount:
            raise bad_request(-2010, "Account has insufficient balance for requested action.")
        balance.free -= amount
        balance.locked += amount

    def unlock(self, asset: str, amount: Decimal) -> None:
        balance = self.balances[asset]
        balance.locked -= amount
        balance.free += amount

    def spend_locked(self, asset: str, amount: Decimal) -> None:
        self.balances[asset].locked -= amount

    def add(self, asset: str, amount: Decimal) -> None:
        self.balances[asset].free += amount


def new_account(
    uid: int, name: str, start: dict[str, str] | None = None, product: Literal["spot", "margin"] = "spot"
) -> Account:
    account = Account(uid, name, product)
    for asset, amount in (START_BALANCES if start is None else start).items():
        account.balances[asset].free = Decimal(amount)
    return account
