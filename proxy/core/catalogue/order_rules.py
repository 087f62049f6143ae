"""What each order type must have and must not have, by endpoint: data/order_rules.csv, read for refused orders.

Rows for the parts of order lists and batches, and for conditions that are no order type, are left to people.
"""

import csv
from functools import cache
from typing import Final

import msgspec

from proxy.core.catalogue.shipped import shipped

_COLUMNS: Final = "family,method,path,part,order_type,mandatory,one_of,forbidden,basis,source,note"


class OrderRule(msgspec.Struct, frozen=True):
    """What one order type asks of one endpoint."""

    order_type: str
    mandatory: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    """Of each group one must be there."""
    forbidden: tuple[str, ...]
    basis: str
    """`documented`, `derived` (from lists of "used with"), `practice`, `twin` (taken over, not verified)."""
    note: str


def order_rule(method: str, path: str, order_type: str) -> OrderRule | None:
    """The rule of an order type on an endpoint; None where the data tells nothing, or refuses the type itself."""
    return _table().get((method, path, order_type))


@cache
def _table() -> dict[tuple[str, str, str], OrderRule]:
    header, *lines = shipped("order_rules.csv").decode().splitlines()
    if header != _COLUMNS:
        raise ValueError("data/order_rules.csv: the columns are not the expected ones")
    table: dict[tuple[str, str, str], OrderRule] = {}
    for _, method, path, part, kinds, mandatory, one_of, forbidden, basis, _, note in csv.reader(lines):
        if part or forbidden == "type":
            continue
        for kind in kinds.split(", "):
            rule = OrderRule(kind, _names(mandatory), _groups(one_of), _names(forbidden), basis, note)
            table.setdefault((method, path, kind), rule)
    return table


def _names(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _groups(cell: str) -> tuple[tuple[str, ...], ...]:
    """`a|b (+);c|d`: groups; (+) says that both of a group are allowed."""
    return tuple(_names(group.removesuffix(" (+)").strip()) for group in cell.split(";")) if cell else ()
