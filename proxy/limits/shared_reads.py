"""Identical public reads that are under way at the same time share one request to the exchange.

Only what no key or signature touches, and only while the first one waits for its answer: nothing is kept, so no
answer is older than the request it was made for. Identical means: the same octets would go out, headers included. An
answer of more than 64 KiB is not shared: who waited for it asks on its own, and whoever asks the same later does so
at once. The time and ping endpoints are never shared, because clients measure with them (endpoint_limits.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from proxy.core.errors import UpstreamError
from proxy.upstream.connection import SMALL_OCTETS
from proxy.upstream.response import UpstreamResponse

_MOST_LARGE: Final = 256

type _Found = tuple[UpstreamResponse, bytes] | UpstreamError | None
"""What a waiter is given: the answer and its body, the error to share, or None: ask yourself."""


class SharedReads:
    """The public reads under way, by the octets that went out. `monotonic`: the clock of the flows."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now = monotonic
        self._flights: dict[bytes, list[asyncio.Future[_Found]]] = {}  # who waits for each
        self._large: dict[bytes, None] = {}  # what was found too large to share, the oldest first

    def can_join(self, octets: bytes) -> bool:
        """Whether an identical request is under way whose answer will be shared if it can be."""
        return octets in self._flights and octets not in self._large

    async def join(self, octets: bytes) -> UpstreamResponse | None:
        """The answer of the identical request under way; None if it cannot be shared.

        Raises the UpstreamError of that request where it is the same for everybody.
        """
        joined = self._now()
        waiter: asyncio.Future[_Found] = asyncio.get_running_loop().create_future()
        self._flights[octets].append(waiter)
        found = await waiter
        if found is None:
            return None
        if isinstance(found, UpstreamError):
            raise UpstreamError(found.refusal, found.stage, found.detail)
        answer, body = found
        return answer.shared(body, joined, self._now())

    async def lead(self, octets: bytes, asking: Awaitable[UpstreamResponse]) -> UpstreamResponse:
        """Ask the exchange, and give what it says to those who ask the same meanwhile.

        Their answer does not depend on the client of this one: a request that was sent is waited for.
        """
        if octets in self._flights:  # of a large answer, or of one that also came too late: not waited for
            return await asking
        waiting = self._flights[octets] = []
        found: _Found = None
        try:
            answer = await asking
            if waiting:
                body = await answer.peek_small(SMALL_OCTETS)
                if body is None:
                    self._note_large(octets)
                else:
                    found = answer, body
            return answer
        except UpstreamError as error:
            found = error if _same_for_all(error) else None
            raise
        finally:
            del self._flights[octets]
            for waiter in waiting:
                if not waiter.done():
                    waiter.set_result(found)

    def _note_large(self, octets: bytes) -> None:
        self._large[octets] = None
        if len(self._large) > _MOST_LARGE:
            del self._large[next(iter(self._large))]


def _same_for_all(error: UpstreamError) -> bool:
    """Whether asking again at once would only fail again: no connection, or a silence that lasted its 15 s.

    A connection that broke says nothing about the next request, so each asks for itself.
    """
    return error.stage in ("dns", "connect", "tls") or error.refusal.token == "upstream_timeout"
