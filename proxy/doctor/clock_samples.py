"""The exchange's clock against ours: several round trips to its time endpoint on one connection."""

from typing import Final

import msgspec

from proxy.core.errors import UpstreamError
from proxy.runtime.clock import LocalClock
from proxy.upstream.faults import in_words
from proxy.upstream.sender import Sender
from proxy.upstream.time import server_time

_SAMPLES: Final = 6
_AHEAD_MS: Final = 3.0
"""A stamp errs on the late side (runtime/exchange_clock.py): at most so much of a round trip is added."""


class ClockSamples(msgspec.Struct, frozen=True):
    """Offsets are exchange minus local time, ms, at the middle of a round trip. `trouble`: why there are none."""

    offset_ms: float | None = None  # of the shortest round trip: right to half of it
    stamp_offset_ms: float | None = None  # to stamp requests with
    round_trip_ms: float | None = None  # the shortest
    slowest_ms: float | None = None
    taken: int = 0
    at_steady: float = 0.0  # seconds on the steady clock
    trouble: str = ""


async def measure(sender: Sender, base: str, path: str, local: LocalClock) -> ClockSamples:
    """Ask several times. The first answer opens the connection and is not counted, unless it is the only one."""
    samples: list[tuple[float, float, float]] = []  # round trip, offset, stamp offset
    try:
        for nth in range(_SAMPLES + 1):
            began, began_ms = local.monotonic(), local.unix_ms()
            told = await server_time(sender, base, path)
            trip = (local.monotonic() - began) * 1000
            if nth:
                offset = told - (began_ms + trip / 2)
                stamp = told + min(trip / 2, _AHEAD_MS) - (began_ms + trip)
                samples.append((trip, offset, stamp))
    except UpstreamError as error:
        if not samples:
            return ClockSamples(trouble=in_words(error))
    trip, offset, stamp = min(samples)
    slowest = max(samples)[0]
    return ClockSamples(offset, stamp, trip, slowest, len(samples), local.steady())
