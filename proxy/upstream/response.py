"""An answer whose head arrived, and the reading of its body."""

from collections.abc import AsyncIterator, Callable

import msgspec

from proxy.core.wire import Header, first_value
from proxy.upstream.connection import Connection


class UpstreamResponse(msgspec.Struct):
    """A head that arrived and a body still to be read. Read it to the end, or close it.

    Instants are on the sender's clock. `base` is the host that answered: with fail-over not always the one asked.
    """

    status: int
    headers: tuple[Header, ...]
    length: int | None
    base: str
    reused: bool
    attempts: int
    connected_at: float
    sent_at: float
    head_at: float
    _connection: Connection
    _put_back: Callable[[Connection, bool], None]  # and whether its answer was read to the end
    _begun: bytes = b""
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
        if not self._ended and (body := self._connection.whole(limit)) is not None:
            self._end()
            return body
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

    async def peek_small(self, limit: int) -> bytes | None:
        """The whole body if it has at most `limit` octets, else None. What was read here can be read again."""
        body = await self.read_small(limit)
        if body is not None:
            self._begun = body
        return body

    def shared(self, body: bytes, joined_at: float, now: float) -> "UpstreamResponse":
        """A copy for another request, which joined at `joined_at` and was not sent itself."""
        return msgspec.structs.replace(
            self, attempts=0, connected_at=joined_at, sent_at=joined_at, head_at=now, _begun=body, _ended=True
        )

    def close(self) -> None:
        """Give up on the rest: the connection is not used again."""
        if not self._ended:
            self._ended = True
            self._put_back(self._connection, False)

    def _end(self) -> None:
        self._ended = True
        self._put_back(self._connection, self._connection.end_answer())

    async def _next(self) -> bytes:
        try:
            chunk = await self._connection.read()
        except BaseException:
            self.close()
            raise
        if self._connection.at_end:
            self._end()
        return chunk
