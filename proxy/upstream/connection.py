"""One connection to the upstream: octets out, an answer in, taken apart by llhttp (through httptools).

Not aiohttp's `ClientSession`: it re-sends PUT and DELETE by itself when a connection dies, follows redirects with the
key header, and re-quotes URLs; docs/decisions/0001 has more. Here an octet string goes out once and an answer comes
back. llhttp is strict as it stands: two framings, two lengths, control characters or line folds in a field, and a
line without its carriage return are errors, not answers.
"""

import asyncio
import math
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, cast

import msgspec
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from proxy.core.errors import UpstreamError
from proxy.core.wire import Header, first_value
from proxy.platform import sockets
from proxy.upstream.faults import fault

SMALL_OCTETS: Final = 64 * 1024
"""An answer of at most this size is waited for as a whole, looked into, and shared; a larger one is streamed."""
_MOST_HELD: Final = 64 * 1024
"""Octets of a large answer that lie here for a client that reads slowly; then the rest waits in the kernel."""
_MOST_INTERIMS: Final = 20
_MOST_HEADERS: Final = 128
_LARGEST_HEAD: Final = 64 * 1024
"""Octets that come without one of a body among them: heads, interim answers, trailers."""
_LENGTH: Final = b"content-length"
_BODILESS: Final = frozenset({204, 304})

_BUFFER: Final = memoryview(bytearray(64 * 1024))
"""What all connections read into: an event loop reads for one at a time, and what came is taken out at once. Asked
for octets the ordinary way, uvloop's TLS makes a bytes object of 256 KiB for each read and gives nearly all of it
back to the system: three system calls and a fresh page for every answer."""


class Head(msgspec.Struct, frozen=True):
    """Status and headers of an answer, in the order and with the octets in which they came."""

    status: int
    headers: tuple[Header, ...]
    length: int | None  # Content-Length, if the upstream gave one


class Timeouts(msgspec.Struct, frozen=True):
    """How long an upstream may take, in seconds on the clock `now`: to the head, without progress, in all."""

    answer_seconds: float
    progress_seconds: float
    total_seconds: float
    now: Callable[[], float]


class Connection(asyncio.BufferedProtocol):
    """One request at a time: `write`, `head`, then `whole` or `read`, then `end_answer`.

    `octets_seen` counts what came since the last `write` or `end_answer`. `unasked` is told when something comes at
    rest or behind an answer: the connection must not be used again. Nothing here sets a timer: `deadline` says until
    when the upstream must have done something, and the sender calls `expire` when that instant has passed.
    """

    __slots__ = (
        "_answer",
        "_awaited",
        "_bare",
        "_came",
        "_complete",
        "_failure",
        "_headers",
        "_held",
        "_interims",
        "_keeps",
        "_last",
        "_loop",
        "_parser",
        "_parts",
        "_paused",
        "_reading",
        "_socket",
        "_timeouts",
        "_total",
        "_transport",
        "_unasked",
        "_written",
        "answered",
        "base",
        "deadline",
        "head_at",
        "octets_seen",
        "opened",
        "rested",
        "used",
    )  # fmt: skip

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        base: str,
        unasked: Callable[["Connection"], None] | None = None,
    ) -> None:
        self.base = base
        self.opened = self.used = 0.0  # instants of the start and of the last use, kept by the pool
        self.answered = -math.inf  # when the last answer ended, kept by the pool
        self.rested = -math.inf  # from when on it may be used again, kept by the pool
        self.octets_seen = 0
        self.deadline = math.inf
        self.head_at: float | None = None  # when the head came, if the rest came later
        self._loop = loop
        self._unasked = unasked
        self._socket = -1  # its descriptor
        self._written = 0  # octets of the request under way; 0 at rest
        self._transport: asyncio.Transport | None = None
        self._came: Callable[[int], object] | None = None
        self._parser: HttpResponseParser | None = HttpResponseParser(self)
        self._awaited: asyncio.Future[None] | None = None
        self._timeouts: Timeouts | None = None
        self._last = math.inf  # the deadline of the whole answer
        self._failure: tuple[str, str] | None = None  # token and detail; nothing more is read
        self._paused = False
        self._headers: list[Header] = []  # of the head under way
        self._parts: deque[bytes] = deque()  # of the body, not read yet
        self._held = 0  # octets of these
        self._begin()

    def _begin(self) -> None:
        """Nothing of an answer is here yet; of the one before everything was read."""
        self.octets_seen = self._bare = self._interims = self._total = 0
        self.head_at = None
        self._answer: Head | None = None
        self._reading = self._complete = self._keeps = False

    # Called by the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none by their class
        self._socket = transport.get_extra_info("socket").fileno()
        self._came = sockets.watch(self._socket)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._parser = None  # it and we hold each other
        if self._ends_with_connection() and exc is None:
            self._complete = True
        else:
            self._fail("upstream_no_answer", type(exc).__name__ if exc else "EOFError")
        self._wake_reader()

    def get_buffer(self, _sizehint: int) -> memoryview:
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        if (
            not self.octets_seen
            and (not self._written or sockets.unacknowledged(self._socket) >= self._written)
            and not self._is_heard()
        ):
            return
        self.octets_seen += nbytes
        self._bare += nbytes
        if self._parser is None or self._failure is not None:
            return
        try:
            self._parser.feed_data(_BUFFER[:nbytes])
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail("upstream_bad_answer", type(error).__name__)
        if self._bare > _LARGEST_HEAD:
            self._fail("upstream_bad_answer", "HeadTooLarge")
        if self._awaited is not None:
            self._wake_reader()

    # Called by the parser. An exception ends the parsing for good.

    def on_message_begin(self) -> None:
        if self._answer is not None:
            if self._written and self._unasked is not None:
                self._unasked(self)
            raise ValueError("octets behind the answer: nobody asked for them, and they must answer nobody")
        self._headers = []  # trailers of the answer before are none of this one's

    def on_header(self, name: bytes, value: bytes) -> None:
        headers = self._headers
        headers.append((name, value))
        if len(headers) > _MOST_HEADERS:
            raise ValueError("too many headers")

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        headers = self._headers
        status = self._parser.get_status_code()
        if status < 100:
            raise ValueError("a status that is none")
        if status == 101:
            raise ValueError("a change of protocol that nobody asked for")
        if status < 200:
            self._interims += 1
            if self._interims > _MOST_INTERIMS:
                raise ValueError("interim answers without end")
            return
        length = None
        for name, value in headers:
            if len(name) == len(_LENGTH) and name.lower() == _LENGTH:
                length = int(value)
        self._answer = Head(status, tuple(headers), length)

    def on_body(self, octets: bytes) -> None:
        self._bare = 0
        self._parts.append(octets)
        self._total += len(octets)
        self._held += len(octets)
        if self._held > _MOST_HELD and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self._answer is not None:  # not an interim one
            assert self._parser is not None
            self._complete = True
            self._keeps = self._parser.should_keep_alive()

    # Called by the sender.

    def write(self, octets: bytes, timeouts: Timeouts, since: float) -> None:
        """Hand a whole request to the transport. From here on its execution is unknown until answered.

        `since`, on the clock of `timeouts`, is when the request came: the time to make a connection counts too.
        Raises UpstreamError (`not_sent`) if the connection has ended, or something came that nobody asked for.
        """
        if self._transport is None or self._transport.is_closing():
            raise fault("upstream_unreachable", "connect", "closed before the first octet")
        if self.octets_seen or self._failure is not None or self._is_spoken_on():
            raise fault("upstream_bad_answer", "connect", "octets before the first request")
        self._begin()
        self._timeouts = timeouts
        self.deadline = since + timeouts.answer_seconds
        self._last = since + timeouts.total_seconds
        self._written = len(octets)
        self._transport.write(octets)

    async def head(self) -> Head:
        """The head of the final answer; interim ones (100, 103) are dropped. Raises UpstreamError.

        If the answer is small, all of it is there by then, or broke off: reading its body tells.
        """
        await self._enough_came()
        if self._answer is None:
            raise self._fault("head")
        return self._answer

    def whole(self, limit: int) -> bytes | None:
        """The body, if all of it is here and it has at most `limit` octets: nearly always so."""
        if not self._complete or self._held != self._total or self._total > limit:
            return None
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        return body

    async def read(self) -> bytes:
        """The next octets of the body, b"" at its end. Raises UpstreamError where the answer breaks off or stalls."""
        if not self._parts and not self._complete:
            self._reading = True
            self.awaits_body()
            await self._enough_came()
        if self._parts:
            octets = self._parts.popleft()
            self._held -= len(octets)
            if self._paused and self._held <= _MOST_HELD // 2 and self._transport is not None:
                self._paused = False
                self._transport.resume_reading()
            return octets
        if self._complete:
            return b""
        raise self._fault("body")

    @property
    def at_end(self) -> bool:
        """Whether the body was read to its end."""
        return self._complete and not self._parts

    def end_answer(self) -> bool:
        """Whether the answer was read to its end, with nothing behind it, so that another request may follow."""
        if not self._keeps or self._parts or self._failure is not None:
            return False
        self.octets_seen = self._written = 0
        return True

    def is_alive(self) -> bool:
        """Whether nothing came and nothing ended since the last answer. The kernel is asked too: it knows what the
        event loop has not read yet."""
        if self.octets_seen or self._transport is None or self._transport.is_closing():
            return False
        return self._came is not None and not self._came(0)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS object under this connection, if it has one."""
        made = self._transport.get_extra_info("ssl_object") if self._transport is not None else None
        return made if isinstance(made, ssl.SSLObject) else None

    def awaits_body(self) -> None:
        """Set the deadline for the next progress; it holds until `head` or `read` returns."""
        if self._timeouts is not None:
            self.deadline = min(self._timeouts.now() + self._timeouts.progress_seconds, self._last)

    def expire(self) -> None:
        """The deadline has passed: fail, and wake the reader."""
        self.deadline = math.inf
        self._fail("upstream_timeout", "TimeoutError")
        self._wake_reader()

    def close(self) -> None:
        """Close after the closing alert of TLS."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _is_spoken_on(self) -> bool:
        """Whether octets lie in the kernel that came before the first request, not read yet. Of a connection that has
        answered the pool has just asked. TLS has octets of its own there, its tickets."""
        return self.answered == -math.inf and self.tls is None and sockets.unread(self._socket) > 0

    def _is_heard(self) -> bool:
        """Whether octets are taken in that can be no answer: at rest, where they show that it is over.

        While no octet of a request has reached the other side, what comes is no answer to it. It is dropped, unread,
        as if the connection had ended.
        """
        if self._written:
            self._fail("upstream_no_answer", "octets before the request arrived")
            self._wake_reader()
            return False
        if self._unasked is not None:
            self._unasked(self)
        return True

    def _enough_came(self) -> "asyncio.Future[None]":
        """A future that is done when there is enough to go on with: see `_wake_reader`."""
        self._awaited = waits = self._loop.create_future()
        self._wake_reader()
        return waits

    def _wake_reader(self) -> None:
        """Wake the reader when there is enough: a failure, a whole small answer, a large one's head, or a part."""
        waits = self._awaited
        if waits is None or waits.done():
            return
        if (
            self._complete
            or self._failure is not None
            or (self._parts if self._reading else self._is_large())
        ):
            self._awaited = None
            self.deadline = math.inf
            waits.set_result(None)
        elif self._answer is not None and not self._reading:
            if self.head_at is None and self._timeouts is not None:
                self.head_at = self._timeouts.now()
            self.awaits_body()

    def _is_large(self) -> bool:
        answer = self._answer
        return answer is not None and max(self._total, answer.length or 0) > SMALL_OCTETS

    def _ends_with_connection(self) -> bool:
        """Whether nothing but the end of the connection can end the answer under way (RFC 9112 section 6.3)."""
        answer = self._answer
        if answer is None or self._complete or self._failure is not None:
            return False
        framed = answer.length is not None or first_value(answer.headers, b"transfer-encoding") is not None
        return not framed and answer.status not in _BODILESS

    def _fail(self, token: str, detail: str) -> None:
        """The first failure is the one that counts."""
        self._failure = self._failure or (token, detail)

    def _fault(self, stage: str) -> UpstreamError:
        token, detail = self._failure or ("upstream_no_answer", "EOFError")
        return fault(token, stage, detail)
