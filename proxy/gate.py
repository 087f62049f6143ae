"""How many requests are served at once, and whether any still are: the turnstile behind the door."""

import asyncio
import os
from typing import Final

from proxy.core.errors import Refusal
from proxy.core.settings import LimitSettings

_OVERLOADED: Final = Refusal(
    503,
    "overloaded",
    "the gateway is serving as many requests as it may; slow down or raise limits.in_flight",
)
_DRAINING: Final = Refusal(503, "draining", "the gateway is shutting down; call again when it is back")


class Gate:
    """A bounded number of turns; nobody gets one while draining."""

    def __init__(self, limits: LimitSettings) -> None:
        self._turns = asyncio.Semaphore(limits.in_flight)
        self._wait_seconds = limits.wait_seconds
        self._empty = asyncio.Event()
        self._empty.set()
        self._stem = os.urandom(5).hex()
        self._count = 0
        self.busy = 0
        self.draining = False

    def next_id(self) -> str:
        """A request id: unique for this run, told to the client and written to the journal."""
        self._count += 1
        return f"{self._stem}-{self._count:08x}"

    async def enter(self) -> Refusal | None:
        """A refusal, or None for a turn that `leave` gives back."""
        if self.draining:
            return _DRAINING
        try:
            if self._turns.locked():
                async with asyncio.timeout(self._wait_seconds):
                    await self._turns.acquire()
            else:
                await self._turns.acquire()
        except TimeoutError:
            return _OVERLOADED
        self.busy += 1
        self._empty.clear()
        return None

    def leave(self) -> None:
        self._turns.release()
        self.busy -= 1
        if self.busy == 0:
            self._empty.set()

    async def drained(self, seconds: float) -> bool:
        """Refuse newcomers and wait for those inside; whether all left in time."""
        self.draining = True
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
