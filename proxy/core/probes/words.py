"""How verdicts count and name what they stand on."""

import math
from collections.abc import Sequence

from proxy.core.probes.probe import Probe, Recomputed

_MOST_NAMED = 6
ADD_BUNDLE = "Where the gateway was used, add what `signing-proxy export bundle` makes of it."
"""Belongs to a step that says where to; left out in a bundle itself."""


def endpoints(probes: Sequence[Probe]) -> str:
    """`1 endpoint`, `3 endpoints`."""
    return f"{len(probes)} endpoint" + ("" if len(probes) == 1 else "s")


def all_asked(probes: Sequence[Probe]) -> str:
    """`the only endpoint that was asked`, `both endpoints that were asked`, `all 3 endpoints that were asked`."""
    if len(probes) == 1:
        return "the only endpoint that was asked"
    return f"{'both' if len(probes) == 2 else f'all {len(probes)}'} endpoints that were asked"


def requests(probes: Sequence[Probe]) -> str:
    return f"{len(probes)} request" + ("" if len(probes) == 1 else "s")


def names(probes: Sequence[Probe]) -> str:
    """The endpoints by name, the first few."""
    named = ", ".join(probe.endpoint for probe in probes[:_MOST_NAMED])
    return named + (f" and {len(probes) - _MOST_NAMED} more" if len(probes) > _MOST_NAMED else "")


def span_ms(probes: Sequence[Probe]) -> int:
    """Between the oldest and the newest of them."""
    times = [probe.at_ms for probe in probes]
    return max(times) - min(times) if times else 0


def in_the_same(probes: Sequence[Probe]) -> str:
    """`in the same second`, `in the same 20 s`, rounded up."""
    seconds = math.ceil(span_ms(probes) / 1000)
    return f"in the same {seconds} s" if seconds > 1 else "in the same second"


def duration(ms: float) -> str:
    """A duration for people: `340 ms`, `12 s`, `5 min`, `3 h`, `2 days`."""
    seconds = abs(ms) / 1000
    if seconds < 1:
        return f"{round(abs(ms))} ms"
    for limit, unit, name in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds:.3g} {name}" if seconds < 10 else f"{round(seconds / unit)} {name}"
    return f"{round(seconds / 86_400)} days"


def all_right(probes: Sequence[Probe]) -> bool:
    """Whether every signature was recomputed and found right."""
    return all(probe.signature is Recomputed.RIGHT for probe in probes)


def ids(probes: Sequence[Probe]) -> str:
    """The edge request ids that answers carried, for support; "" where there are none."""
    return ", ".join(probe.edge_request_id for probe in probes[:_MOST_NAMED] if probe.edge_request_id)
