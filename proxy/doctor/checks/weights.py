"""`weights`: how much of the limits is used, by all tools behind this address together?"""

from typing import Final

from proxy.core.catalogue import PrefixFamily, prefix_of
from proxy.core.catalogue.rate_limits import WEIGHT_LIMITS
from proxy.core.wire import first_value
from proxy.doctor.check import Check
from proxy.doctor.checks.clock import home_family
from proxy.doctor.patient import Patient
from proxy.doctor.prober import Asked
from proxy.doctor.result import Finding, good, skipped, warning

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
    used = {name: (share, text) for one in patient.answers() for name, share, text in _told(one)}
    if not used:
        return skipped("empty: no answer carried a header with the used weight")
    told = "; ".join(text for _, text in used.values())
    if max(share for share, _ in used.values()) >= _MUCH:
        return warning(told, "slow down: put all tools of this address behind one gateway, which keeps count")
    return good(told)


def _told(asked: Asked) -> list[tuple[str, float, str]]:
    """Limiter, share of it that is used, and both for people: the last answer of each counts."""
    prefix = prefix_of(asked.probe.path)
    if prefix is None:
        return []
    found = []
    for name, kind in _HEADERS:
        value = first_value(asked.headers, name) or b""
        limit = WEIGHT_LIMITS.get((prefix.families[0], kind))
        if limit is None or not value.isdigit() or len(value) > 9:
            continue
        limiter = asked.probe.path if prefix.path == "/sapi" else prefix.path  # /sapi counts each endpoint
        text = f"{limiter} {int(value)} of {limit.weight} a minute"
        found.append((f"{limiter} {kind}", int(value) / limit.weight, text))
    return found


CHECK = Check(name="weights", looks_at="request weight used in this minute", run=run)
