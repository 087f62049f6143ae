"""How old the facts are: the day of each data file, the state of each source, and how often the exchange changes.

The days stand in `data/sources.csv` and `data/changes.csv`, the words to them in data/SOURCES.md.
"""

import csv
from datetime import date
from typing import Final

import msgspec

from proxy.core.catalogue.shipped import shipped
from proxy.core.catalogue.table import TABLE_DATE

FILES: Final = {
    "endpoints.csv": "2026-11-28",
    "errors.json": "2026-11-28",
    "refusals.json": "2026-11-28",
    "parameters.csv": "2026-11-28",
    "parameters_ws.csv": "2026-11-28",
    "websocket_methods.csv": "2026-11-28",
    "order_rules.csv": "2026-11-28",
    "order_lookups.csv": "2026-11-28",
    "retired.csv": "2026-11-28",
}
"""The day of which each file tells, ISO 8601."""

CHANGE_LOGS: Final = (
    "binance/binance-spot-api-docs, CHANGELOG.md",
    "developers.binance.com, the change logs of derivatives, margin, wallet and sub-account",
)
"""Where the exchange says what it changes."""


class Source(msgspec.Struct, frozen=True):
    """A public source of the data. `state` is a day, a month or a year in ISO 8601."""

    source: str
    state: str
    used_for: str


class Change(msgspec.Struct, frozen=True):
    """A change of the REST APIs that a change log of the exchange names, and the day on which it took effect."""

    day: str
    family: str
    what: str


def sources() -> tuple[Source, ...]:
    """Those whose state is known, in the order of data/SOURCES.md."""
    return tuple(Source(*cells) for cells in _rows("sources.csv"))


def changes() -> tuple[Change, ...]:
    """Those of the year before the table was made, oldest first."""
    return tuple(Change(*cells) for cells in _rows("changes.csv"))


def days_old(state: str, today: date) -> int:
    """Days from a state until today. A month or a year counts from its first day, so never as too young."""
    return (today - date.fromisoformat("-".join((*state.split("-"), "01", "01")[:3]))).days


def verdict(today: date) -> str:
    """One or two sentences on the age of the table. What its sources could not know yet is reckoned, not known."""
    age = days_old(TABLE_DATE, today)
    if age < 0:
        return f"the table is of {TABLE_DATE}, which is after today: is this machine's clock right?"
    known = sorted({change.day for change in changes()})
    newest = max(one.state for one in sources())
    since = days_old(newest, today)
    expected = round(len(known) * since / days_old(known[0], date.fromisoformat(known[-1])))
    return (
        f"its newest source is {since} days old ({newest}); it was put together {age} days ago. The exchange's "
        "change logs "
        f"name {len(known)} days with a change from {known[0]} to {known[-1]}, so expect about {expected} more "
        "since. Look at them:"
    )


def _rows(name: str) -> list[list[str]]:
    return list(csv.reader(shipped(name).decode().splitlines()[1:]))
