"""A figure of the running gateway, read when somebody asks: rooms give them, the admin port prints them."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    COUNTER = "counter"  # only grows
    GAUGE = "gauge"


class Reading(msgspec.Struct, frozen=True):
    """One metric with all its samples. `name` has no prefix and, of counters, no `_total`."""

    name: str
    says: str
    kind: Kind
    labels: tuple[str, ...] = ()
    samples: tuple[tuple[tuple[str, ...], float], ...] = ()


def counter(name: str, says: str, value: float) -> Reading:
    """A counter without labels."""
    return Reading(name, says, Kind.COUNTER, (), (((), value),))


def gauge(name: str, says: str, value: float) -> Reading:
    """A gauge without labels."""
    return Reading(name, says, Kind.GAUGE, (), (((), value),))


def counters(
    name: str, says: str, labels: tuple[str, ...], samples: Iterable[tuple[tuple[str, ...], float]]
) -> Reading:
    return Reading(name, says, Kind.COUNTER, labels, tuple(samples))


def gauges(
    name: str, says: str, labels: tuple[str, ...], samples: Iterable[tuple[tuple[str, ...], float]]
) -> Reading:
    return Reading(name, says, Kind.GAUGE, labels, tuple(samples))
