"""The machine's clocks; nothing else reads them. A file of its own, so that short commands import no more."""

import time

from proxy.platform import process


class LocalClock:
    """The machine's clocks. Tests give another one. Most are the functions of `time` themselves: a request asks about
    ten times."""

    monotonic = staticmethod(time.monotonic)
    """Seconds; never steps. For time-outs and durations."""

    steady = staticmethod(process.steady)
    """Seconds; never steps and goes on while the machine sleeps."""

    def unix_ms(self) -> int:
        """Wall clock, ms since the epoch."""
        return time.time_ns() // 1_000_000
