"""`weights`: how much of the limits is used, by all tools behind this address together?"""

from collections.abc import Iterator
from typing import Final

import msgspec

from proxy.core.catalogue import PrefixFamily, prefix_of
from proxy.core.catalogue.rate_limits import WEIGHT_LIMITS
from proxy.core.wire import first_value
from proxy.doctor.check import Check
from proxy.doctor.checks.clock import home_family
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, skipped, warning
from proxy.probing.prober import Asked

_HEADERS: Final = (
    (b"x-mbx-used-weight-1m", "IP"),
    (b"x-sapi-used-ip-weight-1m", "IP"),
    (b"x-sapi-used-uid-weight-1m", "UID"),
)
_MUCH: Final = 0.8
_PUBLIC: Final = {PrefixFamily.API: "/api/v3/ping", PrefixFamily.FAPI: "/fapi/v1/ping"}


async def run(patient: Patient) -> Finding:
    ping = _PUBLIC.get(home_family(patient))
    if ping is not None:
        await patient.ask(ping)
    used = {one.limiter: one for asked in patient.answers() for one in _told(asked)}
    if not used:
        return skipped("empty: no answer carried a header with the used weight")
    most: dict[str, Used] = {}
    for one in sorted(used.values(), key=lambda one: one.share):
        most[one.shown] = one  # of many limiters of one kind the fullest
    told = "; ".join(f"{one.shown} {one.used} of {one.limit} a minute" for one in most.values())
    if max(one.share for one in most.values()) >= _MUCH:
        return warning(told, "slow down: put all tools of this address behind one gateway, which keeps count")
    return good(told)


class Used(msgspec.Struct, frozen=True):
    """What an answer said of one limiter."""

    limiter: str
    shown: str
    used: int
    limit: int

    @property
    def share(self) -> float:
        return self.used / self.limit


def _told(asked: Asked) -> Iterator[Used]:
    """Of each header that the answer has. On /sapi each endpoint has limiters of its own."""
    prefix = prefix_of(asked.probe.path)
    if prefix is None:
        return
    for name, kind in _HEADERS:
        value = first_value(asked.headers, name) or b""
        limit = WEIGHT_LIMITS.get((prefix.families[0], kind))
        if limit is None or not value.isdigit() or len(value) > 9:
            continue
        limiter, shown = f"{prefix.path} {kind}", prefix.path
        if prefix.path == "/sapi":
            limiter, shown = f"{asked.probe.path} {kind}", f"{prefix.path} ({kind}, by endpoint) at most"
        yield Used(limiter, shown, int(value), limit.weight)


CHECK = Check(name="weights", looks_at="request weight used in this minute", run=run)
