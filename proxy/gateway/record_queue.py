"""Work that waits until requests were served: done in slices, a few milliseconds in each turn of the event loop."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from proxy.core.flow import Flow

_SLICE_SECONDS: Final = 0.005
"""So long in one turn; a flow of 60 KB takes longer than that alone."""
_MOST_WAITING: Final = 1024
"""Where more wait, whoever brings the next one does the oldest himself."""

type Work = Callable[[Flow], None]


class RecordQueue:
    """What is to be done with flows, the oldest first. `now`: seconds on the monotonic clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: deque[tuple[Work, Flow]] = deque()

    def put(self, work: Work, flow: Flow) -> None:
        """Do this work on this flow soon."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._slice)
        self._waiting.append((work, flow))
        if len(self._waiting) > _MOST_WAITING:
            self._next()

    def drain(self) -> None:
        """Do all waiting work now."""
        while self._waiting:
            self._next()

    def _slice(self) -> None:
        """A slice of what waits; the rest in the next turn of the loop, after the requests that came meanwhile."""
        end = self._now() + _SLICE_SECONDS
        while self._waiting:
            work, flow = self._waiting.popleft()
            work(flow)
            if self._now() > end:
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._slice)

    def _next(self) -> None:
        work, flow = self._waiting.popleft()
        work(flow)
