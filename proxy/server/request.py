"""One request of a client while it is served: what came, and how to answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Protocol

from aiohttp import http_exceptions
from aiohttp.client_exceptions import ClientPayloadError
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from proxy.core.errors import RefusedError
from proxy.core.head import Head
from proxy.core.settings import LimitSettings
from proxy.core.wire import RawRequest
from proxy.platform import sockets
from proxy.server.delivery import Delivery
from proxy.server.heads import HeadMemory
from proxy.server.refusals import BAD_HTTP, TOO_LARGE, TOO_SLOW
from proxy.server.replies import Reply, header_lines, status_line, whole

if TYPE_CHECKING:
    import socket


class Connection(Protocol):
    """What a request needs of the connection that it came by."""

    ending: bool

    @property
    def limits(self) -> LimitSettings: ...

    @property
    def transport(self) -> asyncio.Transport | None: ...

    def write(self, octets: bytes) -> bool:
        """Whether `drain` is due. Raises ConnectionError if the client is gone."""
        ...

    async def drain(self, seconds: float) -> None:
        """Raises ConnectionError, or TimeoutError if the client did not read for so long."""
        ...

    def watch(self) -> Delivery:
        """Of the request under way. To be able to tell, the client is let close first."""
        ...


class ClientRequest:
    """An HTTP request as a `Call` of the corridor. Answered once: by `answer`, or by `begin`, `write` and `end`."""

    __slots__ = (
        "_chunked",
        "_connection",
        "_message",
        "_payload",
        "begun",
        "head",
        "keeps_open",
        "more_lines",
        "peer",
        "raw",
    )

    def __init__(
        self, message: RawRequestMessage, payload: StreamReader, connection: Connection, heads: HeadMemory
    ) -> None:
        self._message = message
        self._payload = payload
        self._connection = connection
        self._chunked = False
        self.begun = False
        self.more_lines = b""
        """Header lines of every answer to it, besides those of the answer."""
        self.keeps_open = not message.should_close
        transport = connection.transport
        name = transport.get_extra_info("peername") if transport is not None else None
        self.peer = str(name[0]) if isinstance(name, tuple) else ""
        """The address at the other end, without its port, also when it has hung up; that of a Unix socket is ""."""
        self.raw = RawRequest(
            message.method, message.path.encode("utf-8", "surrogateescape"), message.raw_headers
        )
        version = message.version
        self.head: Head = heads.read(
            message.method, self.raw.target, (version.major, version.minor), message.raw_headers
        )

    @property
    def gone(self) -> bool:
        """Whether the client hung up."""
        transport = self._connection.transport
        return transport is None or transport.is_closing()

    def watch(self) -> Delivery:
        """Let the client close first, for a moment: how it does tells whether it took the answer."""
        return self._connection.watch()

    def hung_up(self) -> bool:
        """Whether the client hung up, as far as the kernel knows."""
        return self.gone or (self.socket is not None and sockets.peer_closed(self.socket.fileno()))

    @property
    def socket(self) -> "socket.socket | None":
        """The connection's socket, to ask the kernel who is at its other end."""
        transport = self._connection.transport
        return transport.get_extra_info("socket") if transport is not None else None

    @property
    def has_body(self) -> bool:
        return self._payload is not EMPTY_PAYLOAD and not self._payload.at_eof()

    async def read_body(self, limits: LimitSettings) -> bytes:
        """The whole body within the bounds of size and time. Raises RefusedError."""
        payload = self._payload
        if payload.at_eof():
            return b""
        length = self.head.first(b"content-length")
        # the parser has seen that it is a number below 2**64, but zeros may stand before it, and Python counts them
        if length is not None and int(length.lstrip(b"0") or 0) > limits.body_bytes:
            raise RefusedError(TOO_LARGE)
        self._continue()
        if payload.is_eof():  # it is all there already: most bodies come with their head
            body = payload.read_nowait()
            if len(body) > limits.body_bytes:
                raise RefusedError(TOO_LARGE)
            return body
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.body_seconds):
                while chunk := await payload.readany():
                    parts.append(chunk)
                    size += len(chunk)
                    if size > limits.body_bytes:
                        raise RefusedError(TOO_LARGE)
        except TimeoutError:
            raise RefusedError(TOO_SLOW) from None
        except (ConnectionError, ClientPayloadError, http_exceptions.HttpProcessingError):
            raise RefusedError(BAD_HTTP) from None
        return b"".join(parts)

    async def answer(self, reply: Reply) -> None:
        """Write a whole answer. A client that is gone, or does not read, is no error here."""
        self.begun = True
        if reply.close:
            self.keeps_open = False
        octets = whole(
            reply, self.more_lines + self._connection_line(), head_only=self._message.method == "HEAD"
        )
        try:
            if self._connection.write(octets):
                await self._connection.drain(self._connection.limits.write_seconds)
        except ConnectionError:
            pass
        except TimeoutError:
            self.break_off()

    def begin(self, status: int, lines: bytes, length: int | None) -> None:
        """Write the head of a long answer. Raises ConnectionError if the client is gone.

        Without a length it goes out in chunks, or, to HTTP/1.0, until the connection ends (RFC 9112 section 6.3).
        """
        self.begun = True
        if length is not None:
            framing = b"Content-Length: %d\r\n" % length
        elif self.head.version >= (1, 1):
            framing, self._chunked = b"Transfer-Encoding: chunked\r\n", True
        else:
            framing, self.keeps_open = b"", False
        self._connection.write(
            b"%b%b%b%b%b\r\n"
            % (status_line(status), lines, framing, self.more_lines, self._connection_line())
        )

    async def write(self, chunk: bytes, seconds: float) -> None:
        """A part of a long answer, at the client's pace. Raises ConnectionError if the client is gone, TimeoutError
        if it did not read for so long."""
        if self._connection.write(b"%x\r\n%b\r\n" % (len(chunk), chunk) if self._chunked else chunk):
            await self._connection.drain(seconds)

    def end(self) -> None:
        """The long answer is whole."""
        if self._chunked:
            self._connection.write(b"0\r\n\r\n")

    def break_off(self) -> None:
        """End the connection so that a cut answer can never look like a whole one."""
        self.keeps_open = False
        if self._connection.transport is not None:
            self._connection.transport.abort()

    def _continue(self) -> None:
        """Answer `Expect` late, so that a refused client never sends its body (RFC 9110 section 10.1.1)."""
        if self.head.first(b"expect") is None or self.head.version < (1, 1) or self.gone:
            return
        assert self._connection.transport is not None
        self._connection.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _connection_line(self) -> bytes:
        """Said only where the version's own rule would tell the client otherwise (RFC 9112 section 9.3)."""
        if not self.keeps_open or self._connection.ending:
            self.keeps_open = False
            return _CLOSE
        return b"" if self.head.version >= (1, 1) else _KEEP


_CLOSE: Final = header_lines([("Connection", "close")])
_KEEP: Final = header_lines([("Connection", "keep-alive")])

type Handler = Callable[[ClientRequest], Awaitable[None]]
"""Serves a request and answers it."""
