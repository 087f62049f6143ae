"""Deadlines of all connections, kept by one timer.

A timer of its own for each wait (`asyncio.timeout`) costs 5 to 10 microseconds, two or three times per request,
and nearly all of them are cancelled unused.
"""

import asyncio
import math
from collections.abc import Callable, Collection

from proxy.upstream.connection import Connection


class DeadlineTimer:
    """Expires the connections whose deadline has passed.

    It checks each deadline no later than that instant: `arm` gives it the first one of each answer, each later one
    is at least `shortest` seconds ahead, and it never sleeps longer than that while anything is busy.
    """

    def __init__(self, busy: Collection[Connection], shortest: float, now: Callable[[], float]) -> None:
        self._busy = busy
        self._shortest = shortest
        self._now = now
        self._timer: asyncio.TimerHandle | None = None
        self._at = math.inf  # when it checks next

    def arm(self, deadline: float) -> None:
        """Check no later than at `deadline`."""
        if deadline < self._at:
            self.disarm()
            self._sleep_until(deadline, self._now())

    def disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at = None, math.inf

    def _expire_overdue(self) -> None:
        self._timer, self._at = None, math.inf
        if not self._busy:
            return
        now = self._now()
        for connection in [one for one in self._busy if one.deadline <= now]:
            connection.expire()
        self._sleep_until(min(one.deadline for one in self._busy), now)

    def _sleep_until(self, deadline: float, now: float) -> None:
        delay = min(max(deadline - now, 0.001), self._shortest)
        self._at = now + delay
        self._timer = asyncio.get_running_loop().call_later(delay, self._expire_overdue)
