"""Calls that Binance has retired by name, and what takes their place.

Only what a change log of Binance names, with the day, stands in data/retired.csv; a call that merely left the SDKs
(status `removed` without a line there) is still sent. A correction in the configuration gives a call another status,
so that it is sent again.
"""

import csv
from collections.abc import Mapping
from functools import cache

import msgspec

from proxy.core.catalogue.endpoint import Endpoint
from proxy.core.catalogue.environments import SANDBOX_NAME
from proxy.core.catalogue.shipped import shipped

REMOVED = "removed"
"""The status of rows that old clients still send."""

_PRODUCTION = "production"


class Retirement(msgspec.Struct, frozen=True):
    """What became of a call in one environment."""

    method: str
    path: str
    environment: str
    since: str
    """The day, ISO 8601."""
    instead: str
    """What to use, to be put behind "use"."""
    source: str


def retirement_of(endpoint: Endpoint, environment: str) -> Retirement | None:
    """What is known of a retired call in an environment, by name; the sandbox stands for production.

    None for everything else: Binance.US and demo mode have change logs of their own, or none.
    """
    if endpoint.status != REMOVED:
        return None
    return _retirements().get((endpoint.method, endpoint.path, _where(environment)))


def retirement_of_path(path: str, environment: str) -> Retirement | None:
    """The same for a call that nobody lists on a path whose every listed call is retired: it was never there, or went
    with them. The first line of the change log on that path."""
    return _by_path().get((path, _where(environment)))


def _where(environment: str) -> str:
    return _PRODUCTION if environment == SANDBOX_NAME else environment


def all_retirements() -> tuple[Retirement, ...]:
    """Every line of data/retired.csv, in its order."""
    return tuple(_retirements().values())


@cache
def _retirements() -> Mapping[tuple[str, str, str], Retirement]:
    rows = csv.reader(shipped("retired.csv").decode().splitlines()[1:])
    return {(row.method, row.path, row.environment): row for row in (Retirement(*cells) for cells in rows)}


@cache
def _by_path() -> Mapping[tuple[str, str], Retirement]:
    """Paths that are retired as a whole; a test holds it against the table."""
    return {(row.path, row.environment): row for row in reversed(tuple(_retirements().values()))}
