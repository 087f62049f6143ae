"""The methods of the WebSocket API and what each takes: data/websocket_methods.csv and data/parameters_ws.csv.

Read as a whole with the first frame that is diagnosed. Names are those of the documentation, without the version that
may stand in front of them (`v3/order.place`).
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from proxy.core.catalogue.parameters import Parameter, Parameters, parameter_of
from proxy.core.catalogue.retired import REMOVED
from proxy.core.catalogue.shipped import shipped

_METHOD_COLUMNS: Final = (
    "family,method,security,needs_api_key,needs_signature,mutates,weight,source,needs_timestamp,required,optional,"
    "status,note"
)
_PARAMETER_COLUMNS: Final = "family,method,name,type,required,enum,min,max,default,role,source,note"
_VERSION: Final = re.compile(r"v[0-9]{1,2}/")


class Method(msgspec.Struct, frozen=True):
    """One method of one family (`spot`, `fapi`, `dapi`, `margin`). `note` holds days and doubts."""

    family: str
    name: str
    status: str
    """`current`, `unverified`, or `removed`."""
    note: str
    signed: bool
    """Whether it needs key, timestamp and signature, or a session that was logged on."""
    parameters: Parameters
    """Empty where it takes nothing, and where no source tells."""

    @property
    def removed(self) -> bool:
        return self.status == REMOVED


def methods_of(name: str) -> tuple[Method, ...]:
    """The methods of this name, one of each family that has it; a version in front of it is not looked at where the
    name with it is unknown."""
    table = _table()
    return table.get(name) or table.get(_VERSION.sub("", name, count=1), ())


def method_names() -> tuple[str, ...]:
    """All names, of all families."""
    return tuple(_table())


@cache
def _table() -> Mapping[str, tuple[Method, ...]]:
    parameters: dict[tuple[str, str], dict[str, Parameter]] = {}
    for family, method, *cells in _rows("parameters_ws.csv", _PARAMETER_COLUMNS):
        if cells[0]:  # a method that takes nothing has one row without a name
            parameters.setdefault((family, method), {})[cells[0]] = parameter_of(
                [cells[0], "frame", *cells[1:]]
            )
    found: dict[str, tuple[Method, ...]] = {}
    for family, name, *cells in _rows("websocket_methods.csv", _METHOD_COLUMNS):
        _, _, signed, _, _, _, _, _, _, status, note = cells
        takes = parameters.get((family, name), {})
        one = Method(family, name, status, note, signed == "1", takes)
        found[name] = (*found.get(name, ()), one)
    return found


def _rows(name: str, columns: str) -> Iterator[list[str]]:
    header, *lines = shipped(name).decode().splitlines()
    if header != columns:
        raise ValueError(f"data/{name}: the columns are not the expected ones")
    return csv.reader(lines)
