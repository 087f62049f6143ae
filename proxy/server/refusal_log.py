"""Lines of the program log for refusals that belong to no request: the first few of a kind, then their number.

Whoever opens a connection after the other and sends what is no HTTP would fill the log otherwise.
"""

import asyncio
from typing import Final

import structlog

from proxy.core.errors import Refusal
from proxy.core.refusal_loops import Kind, Repeats

_LOG: Final = structlog.get_logger("server")

_ROW_SECONDS: Final = 10.0


class RefusalLog:
    """Of one server. There are as many kinds as there are tokens."""

    def __init__(self) -> None:
        self._repeats = Repeats(longest_seconds=0)
        self._counts: dict[str, int] = {}

    def note(self, refusal: Refusal) -> None:
        """Say it, or count it and say in ten seconds how many there were."""
        loop = asyncio.get_running_loop()
        if self._repeats.note(Kind("", refusal.token), loop.time()).counted_as is None:
            _LOG.info("refused", token=refusal.token, status=refusal.status)
            return
        if refusal.token not in self._counts:
            self._counts[refusal.token] = 0
            loop.call_later(_ROW_SECONDS, self._say, refusal)
        self._counts[refusal.token] += 1

    def _say(self, refusal: Refusal) -> None:
        count = self._counts.pop(refusal.token)
        _LOG.info("refused_repeatedly", token=refusal.token, status=refusal.status, count=count)
