"""The machine's clocks: the only reader of them. Alone, because short commands need no more of `clock`."""

import time
from typing import Final


class LocalClock:
    """The machine's clocks. Tests give another one."""

    def unix_ms(self) -> int:
        """Wall clock, ms since the epoch."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds; never steps. For time-outs and durations."""
        return time.monotonic()

    def steady(self) -> float:
        """Seconds; never steps and goes on while the machine sleeps."""
        return time.clock_gettime(_STEADY)


_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
