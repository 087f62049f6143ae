"""What each endpoint takes: the name, place and type of its parameters, and the role each of them plays.

The same name means different things on different endpoints (`type`, `amount`, `symbol`, `code` ...), so what a value
does is asked of this table and never of its name. Loaded late: nothing is read before the first request that a limit
concerns, and then the lines of its endpoint alone.
"""

import csv
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from proxy.core.catalogue.shipped import shipped

_FILE: Final = "parameters.csv"
_KEPT: Final = 1024
"""More than there are writes."""


class Role(StrEnum):
    """What a parameter does, a closed list; data/SOURCES.md says where the judgement comes from."""

    COMMON = "common"
    """timestamp, recvWindow, signature."""
    SYMBOL = "symbol"
    COIN = "coin"
    BASE_QUANTITY = "base_quantity"
    """In the base coin, or shares."""
    CONTRACTS = "contracts"
    """COIN-M and options: what one is worth depends on the symbol."""
    QUOTE_QUANTITY = "quote_quantity"
    AMOUNT = "amount"
    """Whatever is moved, lent or staked."""
    PRICE = "price"
    STOP_PRICE = "stop_price"
    ACTIVATION_PRICE = "activation_price"
    CALLBACK_RATE = "callback_rate"
    PRICE_MATCH = "price_match"
    """The exchange chooses the price: pegs, priceMatch."""
    ORDER_TYPE = "order_type"
    SIDE = "side"
    TIME_IN_FORCE = "time_in_force"
    POSITION_SIDE = "position_side"
    REDUCE_ONLY = "reduce_only"
    CLOSE_ALL = "close_all"
    BATCH = "batch"
    ICEBERG = "iceberg"
    SIDE_EFFECT = "side_effect"
    """Borrowing or repaying inside another operation."""
    LEVERAGE = "leverage"
    MARGIN_TYPE = "margin_type"
    ADDRESS = "address"
    ADDRESS_TAG = "address_tag"
    NETWORK = "network"
    RECIPIENT = "recipient"
    """Another account: e-mail, uid, bank account."""
    FROM_ACCOUNT = "from_account"
    """Also values that name both ends of a transfer."""
    TO_ACCOUNT = "to_account"
    ORDER_ID = "order_id"
    CLIENT_ORDER_ID = "client_order_id"
    CREDENTIAL = "credential"
    CODE_2FA = "code_2fa"
    PERSON = "person"
    FREE_TEXT = "free_text"
    LIMIT = "limit"
    PAGE = "page"
    TIME_RANGE = "time_range"
    OTHER = "other"


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of one endpoint. `note` holds conditions, disagreements of the sources, traps."""

    name: str
    """As on the wire; `batchOrders[].price` is a member of a JSON list, `accountInfo.agency` of a JSON object."""
    place: str
    """`query`, `json` (body) or `any` (query or form: the exchange takes both)."""
    type: str
    required: str
    """`yes`, `no` or `conditional`."""
    values: tuple[str, ...]
    """The documented ones. Lists age: a warning, not a wall."""
    least: str
    most: str
    default: str
    role: Role
    source: str
    note: str


UNDESCRIBED: Final = frozenset(
    {
        "POST /papi/v1/unimmr/notification",
        "POST /sapi/v1/accumulator/product/subscribe",
        "POST /sapi/v1/broker/subAccount/blvt",
        "POST /sapi/v1/broker/subAccount/margin",
        "POST /sapi/v1/broker/subAccountApi/ipRestriction",
        "POST /sapi/v1/broker/subAccountApi/ipRestriction/ipList",
        "POST /sapi/v1/c2c/chat/sendMessage",
        "POST /sapi/v2/loan/flexible/repay/collateral",
    }
)
"""Writes whose parameters no source tells, as `METHOD /path`; other writes without rows are known to take nothing."""

type Parameters = Mapping[str, Parameter]
"""By name, in the order of the documentation."""


@lru_cache(maxsize=_KEPT)
def parameters_of(method: str, path: str) -> Parameters:
    """What an endpoint takes; empty where no source says, or where it is known to take nothing (`UNDESCRIBED`)."""
    return {
        one.name: one
        for one in (parameter_of(cells[2:]) for cells in csv.reader(_lines(f"{method},{path},")))
    }


def _lines(prefix: str) -> list[str]:
    """The lines that begin so. They stand together in the file, which is read anew each time and not kept."""
    octets = shipped(_FILE)
    wanted = b"\n" + prefix.encode("ascii")
    begin = octets.find(wanted)
    if begin < 0:
        return []
    end = octets.find(b"\n", octets.rfind(wanted) + 1)
    return octets[begin + 1 : end].decode().splitlines()


def parameter_of(cells: list[str]) -> Parameter:
    """A row of a table of parameters, from its name on."""
    name, place, kind, required, values, least, most, default, role, source, note = cells
    return Parameter(
        name=name,
        place=place,
        type=kind,
        required=required,
        values=tuple(values.split("|")) if values else (),
        least=least,
        most=most,
        default=default,
        role=Role(role),
        source=source,
        note=note,
    )
