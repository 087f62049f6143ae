"""What Binance's error codes mean, by the family that answered.

Codes are compared as text, because C2C answers use strings ("000000", "83229") and everybody else negative
integers. The same number may mean different things on spot, `/sapi` and futures, so the family decides first.
"""

from collections.abc import Mapping
from functools import cache

import msgspec

from proxy.core.catalogue.shipped import shipped


class ErrorCode(msgspec.Struct, frozen=True):
    """One meaning of one code. `families` uses the table's names (spot, sapi, c2c, ...); empty means all."""

    codes: tuple[str, ...]
    name: str
    families: frozenset[str]
    where: str
    """For people: which product, in the words of the source."""
    http_status: str
    """For people: "400", "401; 400 seen on /sapi", "5xx"."""
    messages: tuple[str, ...]
    """Templates as documented; `%s` stands for what changes. "(translated)" marks a text not in English."""
    meaning: str
    causes: tuple[str, ...]
    fix: str
    retry: str
    """In words, beginning with "no", "yes", "reads", "after" ... No licence to repeat a write blindly."""
    check: str
    """What a gateway can look at to confirm the cause; often empty."""
    sources: tuple[str, ...]

    def holds_for(self, family: str) -> bool:
        """Whether this meaning is documented for the family."""
        return not self.families or family in self.families


class _File(msgspec.Struct, frozen=True):
    about: str
    errors: tuple[ErrorCode, ...]


def lookup(code: int | str, *, family: str) -> ErrorCode | None:
    """The meaning of `code` in an answer of `family`, or None.

    None also for a number that is known elsewhere only: -4004 means "not authenticated" in the `/sapi` wallet
    and a quantity filter on futures, so a guess across families would mislead.
    """
    return _first(_index().get(str(code), ()), family)


def is_listed(code: int | str) -> bool:
    """Whether a code has a row, for whatever family."""
    return str(code) in _index()


def lookup_status(status: int, *, family: str = "") -> ErrorCode | None:
    """What an HTTP status says when the body has no code; its class ("5xx") where none is listed."""
    index = _index()
    rows = index.get(f"HTTP {status}") or index.get(f"HTTP {status // 100}xx", ())
    return _first(rows, family)


def all_errors() -> tuple[ErrorCode, ...]:
    """Every row of data/errors.json, in its order."""
    text = shipped("errors.json")
    return msgspec.json.decode(text, type=_File).errors


def _first(rows: tuple[ErrorCode, ...], family: str) -> ErrorCode | None:
    return next((row for row in rows if row.holds_for(family)), None)


@cache
def _index() -> Mapping[str, tuple[ErrorCode, ...]]:
    index: dict[str, tuple[ErrorCode, ...]] = {}
    for row in all_errors():
        for code in row.codes:
            index[code] = (*index.get(code, ()), row)
    return index
