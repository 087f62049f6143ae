"""The ledger: what the exchange took on or carried out, one entry each, in the order in which it happened.

It is written by the handlers out of what they did, never by reading a request again, so that a test can hold it
against what a gateway in front let pass. An order counts from the moment it is accepted: resting is a commitment.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypedDict

type Product = Literal[
    "spot", "margin", "usdm", "coinm", "options", "convert", "earn", "wallet", "sub_account", "c2c"
]
type Deed = Literal[
    "order", "transfer", "withdrawal", "borrow", "repay", "conversion", "subscription", "redemption",
    "ad", "payment", "release", "setting",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """One thing done. What does not apply is None.

    account: the name of the account whose key asked. operation: method and path that asked, `POST /api/v3/order`;
        of a futures order that was changed, the change.
    status: of an order, as the exchange names it: NEW (it rests), FILLED, EXPIRED (found nobody), PENDING_NEW
        (waits for another order). An order that was written as NEW or PENDING_NEW is written again, under its
        `order_id`, when it fills or is changed; a conditional order of futures keeps its own. Else DONE.
    list_id: orders of one list share it; of the two of a pair only one can fill.
    base_quantity: in the base coin. contracts, contract_size: where orders are counted in contracts; the size is
        in the coin of `contract_coin`, USD for COIN-M, the underlying for options.
    quote_value: of a filled order what was paid or received, fees left out; of any other its price times its
        quantity. A stop that becomes a market order counts at its stop price, one without any price at the
        market's. quote_coin is its coin.
    coin, amount: what was moved, lent, staked or given away. to_coin: what a conversion gives for it.
    address, tag, network: where a withdrawal goes. source, recipient: a wallet, an e-mail, a person's number.
    note: which setting or side effect.
    """

    account: str
    product: Product
    deed: Deed
    operation: str
    at_ms: int
    status: str = "DONE"
    symbol: str | None = None
    side: str | None = None
    order_type: str | None = None
    order_id: int | None = None
    list_id: int | None = None
    base_quantity: Decimal | None = None
    contracts: Decimal | None = None
    contract_size: Decimal | None = None
    contract_coin: str | None = None
    price: Decimal | None = None
    quote_value: Decimal | None = None
    quote_coin: str | None = None
    coin: str | None = None
    amount: Decimal | None = None
    to_coin: str | None = None
    address: str | None = None
    tag: str | None = None
    network: str | None = None
    source: str | None = None
    recipient: str | None = None
    note: str | None = None


class Facts(TypedDict, total=False):
    """The fields of an entry that differ from deed to deed; see `Executed`."""

    status: str
    symbol: str | None
    side: str | None
    order_type: str | None
    order_id: int | None
    list_id: int | None
    base_quantity: Decimal | None
    contracts: Decimal | None
    contract_size: Decimal | None
    contract_coin: str | None
    price: Decimal | None
    quote_value: Decimal | None
    quote_coin: str | None
    coin: str | None
    amount: Decimal | None
    to_coin: str | None
    address: str | None
    tag: str | None
    network: str | None
    source: str | None
    recipient: str | None
    note: str | None
