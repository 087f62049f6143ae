"""Deadlines of all connections, kept by one timer.

A timer of its own for each wait (`asyncio.timeout`) costs 5 to 10 microseconds, two or three times per request,
and nearly all of them are cancelled unused.
"""

import asyncio
from collections.abc import Callable, Collection

from proxy.upstream.connection import Connection


class Watch:
    """Expires connections whose deadline has passed.

    It looks at each deadline no later than that instant: a deadline is always set at least `shortest` seconds
    ahead, and the watch never sleeps longer than that while anything is busy.
    """

    def __init__(self, busy: Collection[Connection], shortest: float, now: Callable[[], float]) -> None:
        self._busy = busy
        self._shortest = shortest
        self._now = now
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Something is awaited: see to it that the watch is awake."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._shortest, self._look)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if not self._busy:
            return
        now = self._now()
        for connection in [one for one in self._busy if one.deadline <= now]:
            connection.expire()
        soonest = min(one.deadline for one in self._busy)
        delay = min(max(soonest - now, 0.001), self._shortest)
        self._timer = asyncio.get_running_loop().call_later(delay, self._look)
