"""How many requests are served at once, and whether any still are."""

import asyncio
import os
from collections import deque
from collections.abc import Iterator
from typing import Final, Self

from proxy.core.errors import Refusal, RefusedError
from proxy.core.readings import Reading, gauge
from proxy.core.settings import LimitSettings

_OVERLOADED: Final = Refusal(
    503,
    "overloaded",
    "the gateway is serving as many requests as it may; slow down or raise limits.in_flight",
)
_DRAINING: Final = Refusal(503, "draining", "the gateway is shutting down; call again when it is back")

type _Queue = deque[asyncio.Future[None]]


class ConcurrencyLimit:
    """A bounded number of slots, one for each request that is served; none is given while draining.

    Requests that wait for a slot get it in the order in which they came, but orders and cancels before polling.
    """

    def __init__(self, limits: LimitSettings) -> None:
        self._most = self._free = limits.in_flight
        self._urgent: _Queue = deque()
        self._polling: _Queue = deque()
        self._wait_seconds = limits.wait_seconds
        self._empty: asyncio.Event | None = None  # set when the last slot is free; made by `drain`
        self._stem = os.urandom(5).hex()
        self._count = 0
        self.draining = False

    def next_id(self) -> str:
        """A request id: unique for this run, told to the client and written to the journal."""
        self._count += 1
        return f"{self._stem}-{self._count:08x}"

    @property
    def busy(self) -> int:
        """How many slots are taken. One that passes from a request to the next stays taken."""
        return self._most - self._free

    def traffic(self) -> tuple[int, int]:
        """Requests so far, and those being served now."""
        return self._count, self.busy

    def readings(self) -> Iterator[Reading]:
        yield gauge("in_flight", "Requests being served now", self.busy)

    async def acquire(self, *, urgent: bool = False) -> Self:
        """Take a slot, which is released when the block ends: `with await slots.acquire():`.

        `urgent`: whatever is not a GET. Raises RefusedError while draining, and where none came in time.
        """
        if self.draining:
            raise RefusedError(_DRAINING)
        if self._free > 0:  # then nobody waits
            self._free -= 1
        elif not await self._wait_for_slot(self._urgent if urgent else self._polling):
            raise RefusedError(_OVERLOADED)
        return self

    def __enter__(self) -> None:
        pass

    def release(self, *_exception: object) -> None:
        """Pass the slot on to the next request that waits for one, or free it."""
        for queue in (self._urgent, self._polling):
            while queue:
                waiter = queue.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    return
        self._free += 1
        if self._empty is not None and self.busy == 0:
            self._empty.set()

    __exit__ = release

    async def drain(self, seconds: float) -> bool:
        """Refuse new requests and wait for those being served. Returns whether all ended in time."""
        self.draining = True
        if self.busy == 0:
            return True
        self._empty = self._empty or asyncio.Event()
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    async def _wait_for_slot(self, queue: _Queue) -> bool:
        """Wait for a slot; False after `wait_seconds` without one."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(waiter)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                self.release()  # the slot came at the very moment of giving up
            elif waiter in queue:
                queue.remove(waiter)
            if isinstance(error, TimeoutError):
                return False
            raise
        return True
