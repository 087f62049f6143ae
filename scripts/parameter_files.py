"""The three files of parameters beside the table of endpoints: recognised by their columns, checked, compared.

`scripts/rebuild_catalogue.py` reads newer copies of them and replaces the shipped ones whole, if every row holds.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.parameters import UNDESCRIBED, Role

DATA = Path(__file__).resolve().parent.parent / "proxy/core/catalogue/data"

_FACTS = ("type", "required", "enum", "min", "max", "default", "role", "source", "note")
_TYPES = frozenset({"STRING", "INT", "LONG", "DECIMAL", "BOOLEAN", "ENUM", "ARRAY", "JSON"})
_REQUIRED = frozenset({"yes", "no", "conditional"})
_PLACES = frozenset({"query", "json", "any"})
_FAMILIES = frozenset({"spot", "fapi", "dapi"})
_BASES = frozenset({"documented", "derived", "practice", "twin"})
_ROLES = frozenset(role.value for role in Role)

type Row = dict[str, str]
type Check = Callable[[Row], Iterator[str]]
"""What is wrong with a row by itself."""


@dataclass(frozen=True)
class Kind:
    """One of the files. `keys` name a row; `owners`, the first of them, name the call that it belongs to."""

    name: str
    columns: tuple[str, ...]
    owners: tuple[str, ...]
    keys: tuple[str, ...]
    check: Check
    together: bool
    """Whether the rows of one call must stand together: who looks one up reads on from its first row."""

    @property
    def path(self) -> Path:
        return DATA / self.name


def kind_of(columns: Iterable[str]) -> Kind | None:
    """The file that has exactly these columns; None for any other CSV file."""
    return next((kind for kind in KINDS if kind.columns == tuple(columns)), None)


def read_rows(text: str) -> list[Row]:
    """Rows with each cell on one line, so that a difference of two versions can be read."""
    return [
        {name: " ".join((cell or "").split()) for name, cell in row.items() if name}
        for row in csv.DictReader(io.StringIO(text))
    ]


def written(kind: Kind, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, kind.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def problems(kind: Kind, rows: Iterable[Row]) -> Iterator[str]:
    """What is wrong with a file: single rows, rows named twice, calls whose rows do not stand together."""
    seen: set[tuple[str, ...]] = set()
    finished: set[tuple[str, ...]] = set()
    current: tuple[str, ...] = ()
    for row in rows:
        key, owner = _cells(row, kind.keys), _cells(row, kind.owners)
        label = " ".join(filter(None, key))
        yield from (f"{label}: {text}" for text in kind.check(row))
        if key in seen:
            yield f"{label}: stands there twice"
        seen.add(key)
        if kind.together and owner != current:
            finished.add(current)
            current = owner
            if owner in finished:
                yield f"{label}: the rows of one call must stand together"


def undescribed(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[str]:
    """Writes without a parameter of their own that are not said to be without facts: they pass for taking nothing."""
    described = {(row["method"], row["path"]) for row in rows}
    for endpoint in catalogue:
        key = endpoint.method, endpoint.path
        if endpoint.mutates and key not in described and endpoint.name not in UNDESCRIBED:
            yield f"{endpoint.name}: a write without rows, and not among those without facts (UNDESCRIBED)"


def differences(kind: Kind, before: Iterable[Row], after: Iterable[Row]) -> Iterator[str]:
    """Row by row what a newer file adds, takes away and says otherwise."""
    old = {_cells(row, kind.keys): row for row in before}
    new = {_cells(row, kind.keys): row for row in after}
    for key, row in new.items():
        label = " ".join(filter(None, key))
        if key not in old:
            yield f"+ added: {label}"
            continue
        for column in kind.columns:
            if row[column] != old[key][column]:
                yield f"~ changed: {label} {column}: {old[key][column] or '(blank)'} -> {row[column] or '(blank)'}"
    yield from (f"- removed: {' '.join(filter(None, key))}" for key in old if key not in new)


def _cells(row: Row, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def _outside(row: Row, **allowed: frozenset[str]) -> Iterator[str]:
    for column, values in allowed.items():
        cell = row["in" if column == "place" else column]
        if cell not in values:
            yield f"{column} is {cell or '(blank)'}"


def _of_endpoint(row: Row) -> Iterator[str]:
    if Catalogue.builtin().find(row["method"], row["path"]) is None:
        yield "not in the table of endpoints"
    yield from _outside(row, place=_PLACES, type=_TYPES, required=_REQUIRED, role=_ROLES)
    if not row["name"] or not row["source"]:
        yield "needs a name and a source"


def _of_method(row: Row) -> Iterator[str]:
    yield from _outside(row, family=_FAMILIES)
    if row["name"]:  # a method that takes nothing has one row without a name
        yield from _outside(row, type=_TYPES, required=_REQUIRED, role=_ROLES)


def _of_order(row: Row) -> Iterator[str]:
    known = row["method"] == "WS" or Catalogue.builtin().find(row["method"], row["path"]) is not None
    if not known:
        yield "not in the table of endpoints"
    yield from _outside(row, basis=_BASES)


KINDS = (
    Kind(
        "parameters.csv",
        ("method", "path", "name", "in", *_FACTS),
        ("method", "path"),
        ("method", "path", "name"),
        _of_endpoint,
        together=True,
    ),
    Kind(
        "parameters_ws.csv",
        ("family", "method", "name", *_FACTS),
        ("family", "method"),
        ("family", "method", "name"),
        _of_method,
        together=True,
    ),
    Kind(
        "order_rules.csv",
        (
            *("family", "method", "path", "part", "order_type", "mandatory", "one_of", "forbidden"),
            *("basis", "source", "note"),
        ),
        ("method", "path"),
        ("method", "path", "part", "order_type"),
        _of_order,
        together=False,
    ),
)
