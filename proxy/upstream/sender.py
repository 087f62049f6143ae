"""Send one request, hand back its answer, keep the connection for the next.

Retries, complete: no connection made: once more, whatever the method (dial.py). Octets handed to a socket: a
GET once, if the connection was an old one and not an octet of an answer came; a write never. Any HTTP answer:
never here.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from proxy.core.errors import UpstreamError
from proxy.core.settings import UpstreamSettings
from proxy.core.wire import Header, first_value
from proxy.upstream.connection import Connection, Head, read_some
from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault

_WARM_SECONDS: Final = 600.0
"""A host that was spoken to this recently has a connection at hand: a handshake costs two round trips."""
_TEND_SECONDS: Final = 1.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class UpstreamAnswer:
    """A head that arrived and a body still to be read. Read it to the end, or close it."""

    status: int
    headers: tuple[Header, ...]
    length: int | None
    reused: bool
    connected_at: float
    sent_at: float
    head_at: float
    attempts: int
    _head: Head
    _connection: Connection
    _sender: "Sender"
    _begun: bytes = field(default=b"")
    _ended: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, its name compared without case."""
        value = first_value(self.headers, name.encode("ascii"))
        return value.decode("latin-1") if value is not None else None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises UpstreamError where it breaks off or stalls."""
        if self._begun:
            begun, self._begun = self._begun, b""
            yield begun
        while not self._ended:
            chunk = await self._next()
            if chunk:
                yield chunk

    async def read_small(self, limit: int) -> bytes | None:
        """The whole body if it has at most `limit` octets; otherwise None, and `chunks` still gives all."""
        if self.length is not None and self.length > limit:
            return None
        parts = [self._begun]
        size = len(self._begun)
        while not self._ended:
            chunk = await self._next()
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                self._begun = b"".join(parts)
                return None
        self._begun = b""
        return b"".join(parts)

    def with_body(self, body: bytes | None) -> "UpstreamAnswer":
        """The same answer, with a body that was read already (by `read_small`) to be read again."""
        if body is not None:
            self._begun = body
        return self

    def close(self) -> None:
        """Give up on the rest: the connection is not used again."""
        if not self._ended:
            self._ended = True
            self._sender.drop(self._connection)

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(self._sender.progress_seconds):
                chunk = await read_some(self._head.body)
        except TimeoutError:
            self.close()
            raise fault("upstream_timeout", "body", "TimeoutError") from None
        except BaseException:
            self.close()
            raise
        if not chunk and self._head.body.at_eof():
            self._ended = True
            self._sender.keep(self._connection, self._head)
        return chunk


class Sender:
    """All connections to all upstream hosts."""

    def __init__(self, dialer: Dialer, settings: UpstreamSettings, monotonic: Callable[[], float]) -> None:
        self._dialer = dialer
        self._now = monotonic
        self._settings = settings
        self._idle: defaultdict[str, list[Connection]] = defaultdict(list)
        self._busy: set[Connection] = set()
        self._spoken: dict[str, float] = {}  # base -> instant of the last request
        self.progress_seconds = settings.progress_seconds
        self._closed = False

    async def send(self, base: str, octets: bytes, *, repeatable: bool) -> UpstreamAnswer:
        """Send `octets` (a whole HTTP/1.1 request) to `base` and wait for the head of the answer.

        `repeatable` is true for a GET that changes nothing. Raises UpstreamError; its refusal tells whether
        the request may have been executed.
        """
        self._spoken[base] = self._now()
        connection = self._take(base, write=not repeatable)
        reused = connection is not None
        if connection is None:
            connection = await self._open(base)
        try:
            return await self._ask(connection, octets, reused=reused, attempts=1)
        except UpstreamError as error:
            unanswered = error.refusal.token == "upstream_no_answer" and connection.octets_seen == 0
            if not (reused and repeatable and unanswered):
                raise
        fresh = await self._open(base)
        return await self._ask(fresh, octets, reused=False, attempts=2)

    async def keep_warm(self) -> None:
        """Tend the idle connections, for ever: a host in use always has a fresh one at hand."""
        while True:
            await asyncio.sleep(_TEND_SECONDS)
            for base in list(self._spoken):
                await self.tend(base)

    async def tend(self, base: str) -> None:
        """Close what is too old or dead; while traffic is recent, have one at hand that even a write may use."""
        group, now = self._idle[base], self._now()
        for connection in list(group):
            if now - connection.used > self._settings.idle_seconds or not connection.looks_alive():
                group.remove(connection)
                connection.close()
        fresh = any(now - connection.used < self._settings.write_idle_seconds for connection in group)
        busy = any(connection.base == base for connection in self._busy)  # one comes back soon
        if fresh or busy or now - self._spoken[base] > _WARM_SECONDS:
            return
        try:
            group.append(await self._open(base, held=False))
        except UpstreamError:
            return  # the next request tries for itself, and tells

    async def close(self) -> None:
        """Close every connection; no new one is opened afterwards."""
        self._closed = True
        for connection in [c for group in self._idle.values() for c in group] + list(self._busy):
            connection.abort()
        self._idle.clear()
        await asyncio.sleep(0)

    def keep(self, connection: Connection, head: Head) -> None:
        """Take back a connection whose answer was read; it is used again only if nothing is left over."""
        self._busy.discard(connection)
        if connection.finished(head.body):
            connection.used = self._now()
            self._idle[connection.base].append(connection)
        else:
            connection.close()

    def drop(self, connection: Connection) -> None:
        self._busy.discard(connection)
        connection.abort()

    def _take(self, base: str, *, write: bool) -> Connection | None:
        """The warmest idle connection; for a write a younger one, looked at just before."""
        limit = self._settings.write_idle_seconds if write else self._settings.idle_seconds
        group = self._idle[base]
        while group:
            connection = group.pop()
            if self._now() - connection.used <= limit and connection.looks_alive():
                self._busy.add(connection)
                return connection
            connection.close()
        return None

    async def _open(self, base: str, *, held: bool = True) -> Connection:
        if self._closed:
            raise fault("upstream_unreachable", "connect", "the gateway is stopping")
        connection = await self._dialer.open(base)
        connection.used = self._now()
        if held:
            self._busy.add(connection)
        return connection

    async def _ask(
        self, connection: Connection, octets: bytes, *, reused: bool, attempts: int
    ) -> UpstreamAnswer:
        connected_at = self._now()
        if not connection.is_connected():
            self.drop(connection)
            raise fault("upstream_unreachable", "connect", "closed before the first octet")
        try:
            connection.write(octets)
            sent_at = self._now()
            async with asyncio.timeout(self._settings.answer_seconds):
                head = await connection.head()
        except TimeoutError:
            self.drop(connection)
            raise fault("upstream_timeout", "head", "TimeoutError") from None
        except BaseException:
            self.drop(connection)
            raise
        answer = UpstreamAnswer(
            status=head.status,
            headers=head.headers,
            length=head.length,
            reused=reused,
            connected_at=connected_at,
            sent_at=sent_at,
            head_at=self._now(),
            attempts=attempts,
            _head=head,
            _connection=connection,
            _sender=self,
        )
        if head.status in _REDIRECTS:
            answer.close()
            raise fault("redirect_refused", "head")
        return answer
