"""Where the refusals of a client that is refused in a loop wait before they are answered.

They hold no slot meanwhile, and the lane is short: open connections that wait in it must not use up those of others.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from proxy.core.errors import Execution
from proxy.core.flow import Flow
from proxy.core.readings import Reading, counter
from proxy.core.refusal_loops import Kind, Repeats
from proxy.core.settings import LimitSettings

_SHARE: Final = 4
"""One connection in so many may wait."""
_LONGEST_PATH: Final = 200


class SlowLane:
    """Notes each refusal, and lets it wait where it repeats many others."""

    def __init__(self, now: Callable[[], float], limits: LimitSettings) -> None:
        """`now`: seconds on the monotonic clock."""
        self._now = now
        self._most = max(1, limits.connections // _SHARE)
        self._repeats = Repeats(limits.refusal_delay_seconds)
        self._waiting: set[asyncio.Future[None]] = set()
        self._open = False
        self.slowed = 0
        """Refusals that had to wait, since the start."""

    async def pass_through(self, flow: Flow) -> None:
        """Before a refusal is answered: note in the flow whether it is only counted, and wait if it has to."""
        kind = kind_of(flow)
        if kind is None:
            return
        repeat = self._repeats.note(kind, self._now())
        flow.counted_as = repeat.counted_as
        if repeat.delay_seconds and len(self._waiting) < self._most and not self._open:
            self.slowed += 1
            await self._wait(repeat.delay_seconds)

    def open(self) -> None:
        """Nobody waits any longer: the gateway is about to stop."""
        self._open = True
        for waiter in self._waiting:
            _end(waiter)

    def readings(self) -> Iterator[Reading]:
        yield counter("refusals_slowed", "Refusals answered late: they repeat many others", self.slowed)

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _end, waiter)
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiting.discard(waiter)


def kind_of(flow: Flow) -> Kind | None:
    """What this refusal may repeat. None for whatever was, or may have been, sent: that is never only counted."""
    refusal = flow.refusal
    if (
        refusal is None
        or refusal.execution is not Execution.NOT_SENT
        or flow.sent is not None  # then its intent may be on record
        or flow.fault_stage is not None
    ):
        return None
    endpoint = flow.endpoint
    path = endpoint.path if endpoint is not None else flow.client.path.decode("latin-1")
    if len(path) > _LONGEST_PATH:
        path = ""
    listed = endpoint is not None and endpoint.listed
    return Kind(flow.client_name or "", refusal.token, flow.client.method, path, listed)


def _end(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
