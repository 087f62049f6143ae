"""Read and correct the endpoint table; answer what an endpoint needs.

Lookups are exact: Binance compares methods and paths with case. `find_ignoring_case` is for deny rules only.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import msgspec

from proxy.core.catalogue.endpoint import Endpoint, Needs, SecurityType
from proxy.core.catalogue.likeness import known_write_like
from proxy.core.catalogue.operations import DELICATE
from proxy.core.catalogue.prefixes import PREFIXES, belongs_to_web3, prefix_of, table_family_of
from proxy.core.catalogue.retired import REMOVED
from proxy.core.catalogue.shipped import shipped

TABLE_DATE = "2026-11-28"
"""The day of which the table tells; see data/SOURCES.md."""

CONFIGURED = "configured"
"""The status of a retired call that a correction names: it is sent again."""

COLUMNS = (
    "method", "path", "family", "product", "security", "needs_api_key", "needs_signature",
    "weight", "weight_kind", "params_in", "mutates", "moves_funds", "moves_funds_kind",
    "sensitive_response", "status", "host", "source", "note",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE")
CANONICAL_PATH = re.compile(r"/[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+")

type _Key = tuple[str, str]
"""Method and path."""

_NEEDS = {("0", "0"): Needs.NONE, ("1", "0"): Needs.KEY, ("1", "1"): Needs.SIGNED}
_FLAGS = {"0": False, "1": True}
_SECURITY = {member.value: member for member in SecurityType}


class CatalogueError(ValueError):
    """A row or a correction that cannot be understood; the message names method and path."""


class EndpointCorrection(msgspec.Struct, frozen=True):
    """One entry of the user's `endpoints:` list. None keeps what the table says.

    For a path the table does not know, the blanks are filled fail-closed: signed, and changing something
    unless it is a GET.
    """

    method: str
    path: str
    security: SecurityType | None = None
    needs: Needs | None = None
    mutates: bool | None = None
    params_in: frozenset[str] | None = None
    note: str = ""


class _Indexes(msgspec.Struct, frozen=True):
    """All keys in the table's order. `folded` leads from method and path in lower case to the listed key, of two
    spellings to the one listed first; a test sees to it that they are equally harmless."""

    keys: tuple[_Key, ...]
    folded: dict[_Key, _Key]
    methods: dict[str, tuple[str, ...]]


class Catalogue:
    """An immutable table of endpoints.

    Lines of the shipped file become `Endpoint`s when they are first asked for: a process uses a few dozen of
    the thousand, and parsing them all takes longer than everything else at start. The same goes for the indexes:
    forwarding needs none.
    """

    __slots__ = ("_built", "_indexes", "_lines")

    def __init__(self, endpoints: Iterable[Endpoint] = (), *, lines: Iterable[str] = ()) -> None:
        """`lines` are CSV rows in the order of COLUMNS. Endpoints replace lines, and later ones earlier ones."""
        self._lines: dict[_Key, str] = {_key(line): line for line in lines}
        self._built: dict[_Key, Endpoint] = {(e.method, e.path): e for e in endpoints}
        self._indexes: _Indexes | None = None

    def _indexed(self) -> "_Indexes":
        if self._indexes is None:
            folded: dict[_Key, _Key] = {}
            methods: dict[str, tuple[str, ...]] = {}
            keys = tuple({**self._lines, **self._built})
            for key in keys:
                method, path = key
                folded.setdefault((method, path.lower()), key)
                methods[path] = (*methods.get(path, ()), method)
            self._indexes = _Indexes(keys, folded, methods)
        return self._indexes

    @classmethod
    def builtin(cls) -> "Catalogue":
        """The table that ships with this version; read once and kept."""
        return _builtin()

    def __len__(self) -> int:
        return len(self._indexed().keys)

    def __iter__(self) -> Iterator[Endpoint]:
        """All listed endpoints, those of the shipped table first and in its order."""
        keys = self._indexed().keys
        return (endpoint for key in keys if (endpoint := self.find(*key)) is not None)

    def find(self, method: str, path: str) -> Endpoint | None:
        """The listed endpoint of exactly this method and path (no query)."""
        key = (method, path)
        endpoint = self._built.get(key)
        if endpoint is None and key in self._lines:
            endpoint = self._built[key] = _from_cells(*next(csv.reader([self._lines[key]])))
        return endpoint

    def find_ignoring_case(self, method: str, path: str) -> Endpoint | None:
        """As `find`, with the path's case ignored: `/SAPI/v1/Capital/...` must not slip past a deny rule."""
        key = self._indexed().folded.get((method, path.lower()))
        return self.find(*key) if key else None

    def paths(self) -> Iterable[str]:
        """The listed paths, each once and in the table's order."""
        return self._indexed().methods.keys()

    def methods_for(self, path: str) -> tuple[str, ...]:
        """The listed methods of a path, in the table's order; empty when the path is not listed."""
        return self._indexed().methods.get(path, ())

    def unlisted(self, method: str, path: str) -> Endpoint | None:
        """What to assume about a path that no source knows; None unless a served prefix covers it.

        A GET gets key and signature and is taken for a read, unless its path is that of a known write but for
        details (`likeness.known_write_like`). Any other method is taken for a write that may move funds, so that
        the guard can deny it with the rest of the unknown writes.
        """
        return _assumed(method, path) if _is_served(path) else None

    def with_corrections(self, rows: Iterable[EndpointCorrection]) -> "Catalogue":
        """A catalogue with the user's own rows; this one if there are none. Raises CatalogueError."""
        corrected: dict[_Key, Endpoint] = {}
        for row in rows:
            endpoint = self._corrected(row)
            folded = (endpoint.method, endpoint.path.lower())
            twin = corrected.setdefault(folded, endpoint)
            if twin is not endpoint:
                raise CatalogueError(f"{endpoint.name}: corrected twice, the other time as {twin.name}")
        if not corrected:
            return self
        return Catalogue([*self._built.values(), *corrected.values()], lines=self._lines.values())

    def _corrected(self, row: EndpointCorrection) -> Endpoint:
        name = f"{row.method} {row.path}"
        if row.method not in METHODS:
            raise CatalogueError(f"{name}: the method must be one of {', '.join(METHODS)}")
        if not CANONICAL_PATH.fullmatch(row.path):
            raise CatalogueError(f"{name}: the path must be /word/word with letters, digits, _ and - only")
        if not _is_served(row.path):
            served = ", ".join(prefix.path for prefix in PREFIXES if prefix.served)
            web3 = "; /api/v1/dex belongs to the Web3 wallet API" if belongs_to_web3(row.path) else ""
            raise CatalogueError(f"{name}: the path must begin with one of {served}{web3}")
        twin = self.find(row.method, row.path) or self.find_ignoring_case(row.method, row.path)
        if twin is not None and twin.path != row.path:
            raise CatalogueError(f"{name}: differs only in letter case from {twin.name}")
        base = twin or _assumed(row.method, row.path)
        if row.mutates is False and (name in DELICATE or base.resembles in DELICATE):
            raise CatalogueError(f"{name}: this operation cannot be declared harmless; use an allow line")
        if row.mutates is False and base.listed and base.mutates:
            raise CatalogueError(
                f"{name}: it is known to change something, and a correction may only tighten"
            )
        mutates = base.mutates if row.mutates is None else row.mutates
        return msgspec.structs.replace(
            base,
            security=row.security or base.security,
            needs=row.needs or base.needs,
            mutates=mutates,
            moves_funds=base.moves_funds if base.listed else mutates,
            params_in=base.params_in if row.params_in is None else row.params_in,
            status=CONFIGURED if base.status == REMOVED else base.status,
            source=f"configuration; {base.source}" if base.listed else "configuration",
            note=row.note or (base.note if base.listed else ""),
            listed=True,
        )


def _is_served(path: str) -> bool:
    prefix = prefix_of(path)
    return prefix is not None and prefix.served and not belongs_to_web3(path)


def _assumed(method: str, path: str) -> Endpoint:
    resembles = known_write_like(method, path)
    writes = method != "GET" or resembles is not None
    return Endpoint(
        method=method,
        path=path,
        family=table_family_of(path),
        product="",
        security=SecurityType.UNKNOWN,
        needs=Needs.SIGNED,
        weight="",
        weight_kind="",
        params_in=frozenset({"query", "form", "json"} if writes else {"query"}),
        mutates=writes,
        moves_funds=writes,
        moves_funds_kind="unknown" if writes else "",
        sensitive_response=frozenset({"credential", "personal", "address"}),
        status="unlisted",
        hosts=(),
        source="default of the family",
        note="",
        listed=False,
        resembles=resembles or "",
    )


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split("|")) if text else frozenset()


@cache
def _hosts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def endpoint_from_row(row: Mapping[str, str]) -> Endpoint:
    """One CSV row, by column name; raises CatalogueError for a value outside the table's vocabulary."""
    try:
        return _from_cells(*(row[column] for column in COLUMNS))
    except (KeyError, ValueError) as problem:
        raise CatalogueError(f"{row.get('method')} {row.get('path')}: {problem!r}") from problem


def _key(line: str) -> _Key:
    """Method and path stand first and are never quoted, so they can be had without parsing the line."""
    method, path, _ = line.split(",", 2)
    return method, path


def _from_cells(*cells: str) -> Endpoint:
    """A row in the order of COLUMNS."""
    method, path, family, product, security, key, signature, weight, weight_kind, *rest = cells
    params_in, mutates, moves_funds, moves_funds_kind, sensitive_response, status, host, source, note = rest
    return Endpoint(
        method=method,
        path=path,
        family=family,
        product=product,
        security=_SECURITY[security],
        needs=_NEEDS[key, signature],
        weight=int(weight) if weight.isdecimal() else weight,
        weight_kind=weight_kind,
        params_in=_words(params_in),
        mutates=_FLAGS[mutates],
        moves_funds=_FLAGS[moves_funds],
        moves_funds_kind=moves_funds_kind,
        sensitive_response=_words(sensitive_response),
        status=status,
        hosts=_hosts(host),
        source=source,
        note=note,
    )


@cache
def _builtin() -> Catalogue:
    text = shipped("endpoints.csv").decode()
    header, *lines = text.splitlines()
    if header != ",".join(COLUMNS):
        raise CatalogueError("data/endpoints.csv: the columns are not the expected ones")
    return Catalogue(lines=lines)
