"""The machine's clocks; nothing else reads them. A file of its own, so that short commands import no more."""

import time
from functools import partial
from typing import Final

_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class LocalClock:
    """The machine's clocks. Tests give another one. Most are the functions of `time` themselves: a request asks about
    ten times."""

    monotonic = staticmethod(time.monotonic)
    """Seconds; never steps. For time-outs and durations."""

    steady = staticmethod(partial(time.clock_gettime, _STEADY))
    """Seconds; never steps and goes on while the machine sleeps."""

    def unix_ms(self) -> int:
        """Wall clock, ms since the epoch."""
        return time.time_ns() // 1_000_000
