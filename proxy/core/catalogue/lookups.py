"""How an order write is looked up afterwards: which read shows its order, under which id. Data with its source.

A cancel-replace has two rows, because its halves are looked up one by one. Writes that are missing have no read
that proves anything: amendments, batches, "cancel all", and the conditional orders of portfolio margin, whose read
shows open orders only.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from proxy.core.catalogue.shipped import shipped

_COLUMNS: Final = "write,half,ids,ask,carried,status_in,placed_in,absent_codes,forgets,source"


class Half(StrEnum):
    """What a write does to the order that is looked up."""

    PLACE = "place"
    CANCEL = "cancel"


class Carried(msgspec.Struct, frozen=True):
    """A parameter that the question repeats; with `if_true`, only where that other one says TRUE."""

    name: str
    if_true: str = ""


class OrderLookup(msgspec.Struct, frozen=True):
    """One row of `data/order_lookups.csv`."""

    write: str
    """`POST /api/v3/order`"""
    half: Half
    ids: tuple[tuple[str, str], ...]
    """Name of the id in the write, and in the question; the preferred one first."""
    ask: str
    """Path of the signed GET."""
    carried: tuple[Carried, ...]
    status_in: str
    """Field of the answer with the order's state."""
    placed_in: str
    """Field with the time at which the order was placed, Unix ms."""
    absent_codes: frozenset[int]
    """Codes that say: there is no such order."""
    forgets: bool
    """Whether the exchange stops showing cancelled orders without fills (after three days, futures and options)."""
    source: str


def lookups_of(write: str) -> tuple[OrderLookup, ...]:
    """The rows of an endpoint by its name (`POST /api/v3/order`); none where nothing can be looked up."""
    return _table().get(write, ())


def all_lookups() -> tuple[OrderLookup, ...]:
    """Every row, in the order of the file."""
    return tuple(row for rows in _table().values() for row in rows)


@cache
def _table() -> Mapping[str, tuple[OrderLookup, ...]]:
    text = shipped("order_lookups.csv").decode()
    header, *lines = text.splitlines()
    if header != _COLUMNS:
        raise ValueError("data/order_lookups.csv: the columns are not the expected ones")
    table: dict[str, tuple[OrderLookup, ...]] = {}
    for row in map(_row, lines):
        table[row.write] = (*table.get(row.write, ()), row)
    return table


def _row(line: str) -> OrderLookup:
    write, half, ids, ask, carried, status_in, placed_in, absent, forgets, source = line.split(",", 9)
    return OrderLookup(
        write=write,
        half=Half(half),
        ids=tuple((name, asked) for name, _, asked in (one.partition(">") for one in ids.split("|"))),
        ask=ask,
        carried=tuple(Carried(*one.split(" if ")) for one in carried.split("|")) if carried else (),
        status_in=status_in,
        placed_in=placed_in,
        absent_codes=frozenset(map(int, absent.split("|"))),
        forgets=forgets == "1",
        source=source,
    )
