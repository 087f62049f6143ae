"""Identical public reads that are under way at the same time share one request to the exchange.

Only what no key or signature touches, and only while the first one waits for its answer: nothing is kept, so no
answer is older than the request it was made for. An answer of more than 64 KiB is not shared: who waited for it asks
on its own, and whoever asks the same later does so from the start. The time and ping endpoints are never shared,
because clients measure with them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from proxy.core.catalogue import Needs
from proxy.core.errors import UpstreamError
from proxy.core.guard.door import Head
from proxy.core.routing import Route
from proxy.upstream import UpstreamAnswer

_MOST_OCTETS: Final = 64 * 1024
_MOST_LARGE: Final = 256
_MEASURED: Final = ("/time", "/ping")
_DISTINGUISHED_BY: Final = (b"accept", b"accept-encoding", b"x-mbx-sbe", b"x-mbx-time-unit", b"clienttype")
"""What of the client's headers goes out (core/outgoing.py): requests that differ in one of them are not identical."""

type Key = tuple[str, bytes, tuple[tuple[bytes, ...] | None, ...]]
"""Upstream base, request target, and the values of the headers that distinguish."""


@dataclass(slots=True)
class _Flight:
    """A request under way. Each waiter is given the answer, the error to share, or None: ask yourself."""

    waiting: list[asyncio.Future[tuple[UpstreamAnswer, bytes] | UpstreamError | None]] = field(
        default_factory=list
    )


class Coalescing:
    """The public reads under way. `monotonic`: the clock of the flows."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now = monotonic
        self._flights: dict[Key, _Flight] = {}
        self._large: dict[Key, None] = {}  # what was found too large to share, the oldest first

    @staticmethod
    def may_share(way: Route) -> bool:
        """Whether requests of this kind may share an answer."""
        endpoint = way.endpoint
        return (
            way.needs is Needs.NONE
            and endpoint.needs is Needs.NONE
            and endpoint.method == "GET"
            and not endpoint.mutates
            and not endpoint.path.endswith(_MEASURED)
        )

    @staticmethod
    def key(way: Route, head: Head) -> Key:
        """Equal for requests that go out alike."""
        fields = head.fields
        values = [fields.get(name) for name in _DISTINGUISHED_BY]
        return way.base, head.target, tuple([None if one is None else tuple(one) for one in values])

    async def join(self, key: Key) -> UpstreamAnswer | None:
        """The answer of an identical request under way; None where there is none, or it cannot be shared.

        Raises the UpstreamError of that request where it is the same for everybody.
        """
        flight = self._flights.get(key)
        if flight is None or key in self._large:
            return None
        joined = self._now()
        waiter: asyncio.Future[tuple[UpstreamAnswer, bytes] | UpstreamError | None]
        waiter = asyncio.get_running_loop().create_future()
        flight.waiting.append(waiter)
        found = await waiter
        if found is None:
            return None
        if isinstance(found, UpstreamError):
            raise UpstreamError(found.refusal, found.stage, found.detail)
        answer, body = found
        return answer.shared(body, joined, self._now())

    async def lead(self, key: Key, asking: Awaitable[UpstreamAnswer]) -> UpstreamAnswer:
        """Ask the exchange, and give what it says to those who ask the same meanwhile.

        Their answer does not depend on the client of this one: a request that was sent is waited for.
        """
        if key in self._flights:  # of a large answer: it is not waited for
            return await asking
        flight = self._flights[key] = _Flight()
        found: tuple[UpstreamAnswer, bytes] | UpstreamError | None = None
        try:
            answer = await asking
            if flight.waiting:
                body = await answer.read_small(_MOST_OCTETS)
                if body is None:
                    self._note_large(key)
                else:
                    found = answer.with_body(body), body
            return answer
        except UpstreamError as error:
            found = error if _same_for_all(error) else None
            raise
        finally:
            del self._flights[key]
            for waiter in flight.waiting:
                if not waiter.done():
                    waiter.set_result(found)

    def _note_large(self, key: Key) -> None:
        self._large[key] = None
        if len(self._large) > _MOST_LARGE:
            del self._large[next(iter(self._large))]


def _same_for_all(error: UpstreamError) -> bool:
    """Whether asking again at once would only fail again: no connection, or a silence that lasted its 15 s.

    A connection that broke says nothing about the next request, so each asks for itself.
    """
    return error.stage in ("dns", "connect", "tls") or error.refusal.token == "upstream_timeout"
