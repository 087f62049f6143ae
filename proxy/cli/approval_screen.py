"""An operation that waits, as a person sees it on a terminal: rows that no value can imitate, what decides last.

A terminal wraps a long line by itself, and its second half begins where rows begin. So lines are wrapped here, and
column 1 is never a value's: `>` begins a row, `|` goes on with it. Free text stands first, then what decides nothing,
and just above the question what is moved, to whom, by which account and client, on which endpoint.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from proxy.core.legible import legible, wrapped

NARROWEST: Final = 40
"""Columns; a narrower terminal would wrap lines itself."""
_WIDEST_NAME: Final = 24
"""Columns in which longer names are wrapped, so that they move no value."""
_FREE_TEXT: Final = "free text"
_UNKNOWN: Final = "unknown"
_ENDPOINT: Final = "endpoint"
_BETWEEN: Final = "  "


class Screen(NamedTuple):
    """Lines to print. `deciding`: how many of the last ones must be in sight when it is approved."""

    lines: tuple[str, ...]
    deciding: int


class _Row(NamedTuple):
    role: str
    name: str
    value: str


def screen_of(shown: Mapping[str, Any], columns: int) -> Screen:
    """One operation, as the admin port tells it, for a terminal of so many columns."""
    values = shown["values"]
    above = [_row(one) for one in values if not one["decides"]]
    above.sort(key=lambda row: row.role != _FREE_TEXT)
    deciding = [_row(one) for one in values if one["decides"]]
    deciding.sort(key=lambda row: row.role != _UNKNOWN)
    widths = _Widths(max(columns, NARROWEST), [*above, *deciding])
    last = [line for row in deciding for line in widths.lines(row)]
    last += [line for label, text in _facts(shown) for line in widths.fact(label, legible(text))]
    if not values:
        last.insert(0, "> no parameters")
    return Screen((_title(shown), *(line for row in above for line in widths.lines(row)), *last), len(last))


def _facts(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Whose it is, and what: rows that no value can have, as their labels are no roles."""
    yield "account", f"{shown['account'] or 'none'}, {shown['environment']}, {shown['host']}"
    yield "client", shown["client"] or "the local client"
    yield _ENDPOINT, f"{shown['endpoint']}  ({_words(shown['operation'])})"


class _Widths:
    """The columns of a table of so many in all, at least `NARROWEST`."""

    def __init__(self, columns: int, rows: list[_Row]) -> None:
        self._role = max(len(_ENDPOINT), *(len(row.role) for row in rows), 0)
        self._fact = columns - len("> ") - self._role - len(_BETWEEN)
        longest = max((len(row.name) for row in rows), default=0)
        self._name = min(longest, _WIDEST_NAME, self._fact // 2)
        self._value = self._fact - self._name - len(_BETWEEN)

    def lines(self, row: _Row) -> Iterator[str]:
        names = wrapped(row.name, self._name) if row.name else [""]
        cells = zip_longest(names, wrapped(row.value, self._value), fillvalue="")
        texts = (f"{name:<{self._name}}{_BETWEEN}{value}" for name, value in cells)
        return self._marked(row.role, texts)

    def fact(self, label: str, text: str) -> Iterator[str]:
        return self._marked(label, wrapped(text, self._fact))

    def _marked(self, label: str, texts: Iterable[str]) -> Iterator[str]:
        mark = ">"
        for text in texts:
            yield f"{mark} {label:<{self._role}}{_BETWEEN}{text}".rstrip()
            mark, label = "|", ""


def _row(one: Mapping[str, Any]) -> _Row:
    return _Row(_words(one["role"]), legible(one["name"]), legible(one["shown"]))


def _title(shown: Mapping[str, Any]) -> str:
    """The id, and how long it waits."""
    ticket = "approved, to be sent again" if shown["state"] == "approved" else "a ticket"
    what = "its client waits" if shown["mode"] == "wait" else ticket
    return f"{legible(str(shown['id']))}  {what}, {shown['seconds_left']:.0f} s left"


def _words(name: str) -> str:
    return name.replace("_", " ")
