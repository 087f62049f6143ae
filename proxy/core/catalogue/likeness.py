"""An unlisted path that is a known write's path, but for details: whose path is it?

Binance moves endpoints between versions and repeats them below other segments (`/sapi/v1/c2c/orderMatch/listOrders`,
`/sapi/v1/c2c/agent/orderMatch/listOrders`), and what one of its hosts does with a GET on the path of a POST is
documented nowhere. So `GET /sapi/v1/c2c/agent/orderMatch/releaseCoin` must not pass for a read because nobody wrote
it down. Two paths are alike where they differ in version, letter case, `-` and `_` only; below `/sapi/v1/c2c` where
the last two segments are the same, or the last one is that of a delicate write; where one has one segment more
at its end, unless that segment says that something is looked up (`history`); and where `withdraw/apply`
stands anywhere.

A listed read that is as alike speaks for a read: `GET /fapi/v2/order` is like `GET /fapi/v1/order`. It does not where
the write is delicate.
"""

import csv
import re
from functools import cache
from itertools import pairwise
from typing import Final

import msgspec

from proxy.core.catalogue.operations import DELICATE
from proxy.core.catalogue.shipped import shipped

type _Shape = tuple[str, ...]

_C2C: Final = ("sapi", "c2c")
_TAKES_OUT: Final = ("withdraw", "apply")
_WITHDRAWAL: Final = "POST /sapi/v1/capital/withdraw/apply"

_VERSION: Final = r"/v[0-9]+(?=/|\Z)"
_LOOKS_UP: Final = frozenset(
    {"history", "record", "records", "list", "status", "detail", "details", "rate", "quota", "querybypage"}
)
"""Last segments of listed reads below the path of a write: `/sapi/v1/loan/repay/history`."""


class _Known(msgspec.Struct, frozen=True):
    """The listed endpoints by shape: the names of writes, and method and shape of reads."""

    writes: dict[_Shape, tuple[str, ...]]
    reads: frozenset[tuple[str, _Shape]]


def known_write_like(method: str, path: str) -> str | None:
    """The listed write, as `METHOD /path`, that an unlisted request is taken for; None where there is none.

    Of several the one with the same method. The table that ships with this version decides, without corrections.
    """
    segments = _segments(path)
    if segments[:2] == _C2C and (delicate := _delicate_steps().get(segments[-1])):
        return delicate
    known, looks_up = _known(), not _LOOKS_UP.isdisjoint(segments[-1:])
    for shape, ends_so in ((_shape(segments), False), (_shape(segments[:-1]), looks_up)):
        writes = known.writes.get(shape, ())
        is_read = (method, shape) in known.reads
        if writes and (not (is_read or ends_so) or any(name in DELICATE for name in writes)):
            return next((name for name in writes if name.startswith(f"{method} ")), writes[0])
        if is_read:
            return None
    return _WITHDRAWAL if _TAKES_OUT in pairwise(segments) else None


@cache
def _delicate_steps() -> dict[str, str]:
    """The delicate writes of C2C by the last segment of their paths, which alone says what is done."""
    c2c = (name for name in DELICATE if "/c2c/" in name)
    return {_segments(name.partition(" ")[2])[-1]: name for name in c2c}


def _segments(path: str) -> _Shape:
    """Without the version, in lower case, `cancel-complaint` as `cancelcomplaint`."""
    folded = re.sub(_VERSION, "", path.lower()).replace("-", "").replace("_", "")
    return tuple(filter(None, folded.split("/")))


def _shape(segments: _Shape) -> _Shape:
    """Equal for paths that are alike."""
    if segments[:2] == _C2C and len(segments) > 3:
        return (*segments[:2], *segments[-2:])
    return segments


@cache
def _known() -> _Known:
    """Read from the lines: making `Endpoint`s of a thousand would take several times as long."""
    writes: dict[_Shape, tuple[str, ...]] = {}
    reads: set[tuple[str, _Shape]] = set()
    for row in csv.DictReader(shipped("endpoints.csv").decode().splitlines()):
        method, path = row["method"], row["path"]
        shape = _shape(_segments(path))
        if row["mutates"] == "1":
            writes[shape] = (*writes.get(shape, ()), f"{method} {path}")
        else:
            reads.add((method, shape))
    return _Known(writes, frozenset(reads))
