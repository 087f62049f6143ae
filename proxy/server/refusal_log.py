"""Refusals that belong to no request: what came is none, so there is no flow of it.

The program log and the journal have the first few of a kind, then their number. Whoever opens a connection after the
other and sends what is no HTTP is answered later and later, as a client that is refused in a loop is.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import structlog

from proxy.core.errors import Refusal
from proxy.core.readings import Reading, counter
from proxy.core.refusal_loops import Kind, Repeats
from proxy.core.settings import LimitSettings
from proxy.server.refusals import CONNECTIONS, TLS_ON_PLAIN, TOO_SLOW

_LOG: Final = structlog.get_logger("server")

_ROW_SECONDS: Final = 10.0
_SHARE: Final = 4
"""One connection in so many may wait."""
_AT_ONCE: Final = frozenset({CONNECTIONS.token, TOO_SLOW.token})
"""What holds a connection for longer would make the first worse; who is told the second has waited already."""


type Tell = Callable[[Refusal, int, float], None]
"""Is told of so many refusals alike, the first of them so many seconds ago."""


class _Row(msgspec.Struct):
    """Refusals of one kind that are only counted."""

    refusal: Refusal
    began: float
    count: int = 0
    timer: asyncio.TimerHandle | None = None


def _nobody(_refusal: Refusal, _count: int, _seconds_ago: float) -> None:
    """Until somebody wants to know."""


class RefusalLog:
    """Of one server. There are as many kinds as there are tokens."""

    def __init__(self, limits: LimitSettings) -> None:
        self._repeats = Repeats(limits.refusal_delay_seconds)
        self._most = max(1, limits.connections // _SHARE)
        self._waiting = 0
        self._counts: dict[str, _Row] = {}
        self.tell: Tell = _nobody
        """Told of each line of the log."""
        self.count = 0
        """All of them since the start."""

    def note(self, refusal: Refusal, answer: Callable[[], None]) -> None:
        """Say it, or count it and say in ten seconds how many there were; then `answer`, at once or after a delay."""
        loop = asyncio.get_running_loop()
        self.count += 1
        repeat = self._repeats.note(Kind("", refusal.token), loop.time())
        if repeat.counted_as is None:
            says = {"says": refusal.message} if refusal is TLS_ON_PLAIN else {}
            _LOG.info("refused", token=refusal.token, status=refusal.status, **says)
            self.tell(refusal, 1, 0.0)
        else:
            self._add(refusal, loop)
        if repeat.delay_seconds and refusal.token not in _AT_ONCE and self._waiting < self._most:
            self._waiting += 1
            loop.call_later(repeat.delay_seconds, self._end_waiting, answer)
        else:
            answer()

    def readings(self) -> Iterator[Reading]:
        yield counter("refusals_of_no_request", "Refusals of what was no whole HTTP request", self.count)

    def _end_waiting(self, answer: Callable[[], None]) -> None:
        self._waiting -= 1
        answer()

    def _add(self, refusal: Refusal, loop: asyncio.AbstractEventLoop) -> None:
        row = self._counts.get(refusal.token)
        if row is None:
            row = self._counts[refusal.token] = _Row(refusal, loop.time())
            row.timer = loop.call_later(_ROW_SECONDS, self._say, refusal)
        row.count += 1

    def flush(self) -> None:
        """Say all rows as they are."""
        for row in list(self._counts.values()):
            if row.timer is not None:
                row.timer.cancel()
            self._say(row.refusal)

    def _say(self, refusal: Refusal) -> None:
        row = self._counts.pop(refusal.token)
        _LOG.info("refused_repeatedly", token=refusal.token, status=refusal.status, count=row.count)
        self.tell(refusal, row.count, asyncio.get_running_loop().time() - row.began)
