"""Examinations take turns: whatever is being examined, the event loop gives one slice of a few milliseconds to all
of it together, and then does its other work.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from proxy.runtime.clock import LocalClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.diagnosis.examination.engine import Examination

    type Enough = Callable[[Examination], bool]

_SLICE_SECONDS: Final = 0.005
_AT_ONCE: Final = 2
"""Searches off the path; more would make those wait whose answer is held back."""
_MOST_WAITING: Final = 64
"""More are recorded with what is known of them: each holds a whole request in memory."""


class DiagnosisScheduler:
    """Drives examinations, in turn."""

    def __init__(self, local: LocalClock) -> None:
        self._local = local
        self._turn = asyncio.Lock()
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def run_within(
        self, examination: "Examination", seconds: float, *, enough: "Enough | None" = None
    ) -> None:
        """Somebody waits: examine to the end, or until it is enough, for at most so long, however many others are
        examined."""
        end = self._local.monotonic() + seconds
        enough = enough or _is_done
        while not enough(examination) and await self._my_turn(end):
            try:
                self._slice(examination, min(end, self._local.monotonic() + _SLICE_SECONDS), enough)
                if not enough(examination):
                    await asyncio.sleep(0)
            finally:
                self._turn.release()

    async def run_in_background(self, examination: "Examination", seconds: float) -> None:
        """Nobody waits: examine to the end, for at most so long, after those that came before."""
        if self._waiting >= _MOST_WAITING:
            return
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            await self.run_within(examination, seconds)
        finally:
            self._free.release()

    def _slice(self, examination: "Examination", until: float, enough: "Enough") -> None:
        while True:
            examination.run_slice()
            if self._local.monotonic() >= until or enough(examination):
                return

    async def _my_turn(self, end: float) -> bool:
        """Whether there is time left when the turn comes."""
        left = end - self._local.monotonic()
        if left <= 0:
            return False
        if not self._turn.locked():
            return await self._turn.acquire()
        try:
            async with asyncio.timeout(left):
                return await self._turn.acquire()
        except TimeoutError:
            return False


def has_looked(examination: "Examination") -> bool:
    """Whether all was seen that shows without a search: a few milliseconds of work, whatever the request."""
    return examination.done or examination.has_looked


def first_stage_done(examination: "Examination") -> bool:
    """Whether everything cheap has been tried, too."""
    return examination.done or examination.first_stage_done


def _is_done(examination: "Examination") -> bool:
    return examination.done
