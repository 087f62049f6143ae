"""One connection of a client: octets to aiohttp's C parser, one request after the other to the handler."""

import asyncio
import contextlib
import re
from collections import deque
from functools import partial
from typing import Final, Protocol

import structlog
from aiohttp.base_protocol import BaseProtocol
from aiohttp.client_exceptions import ClientPayloadError
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import HttpRequestParser, RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from proxy.core.errors import Refusal
from proxy.core.settings import LimitSettings
from proxy.platform import sockets
from proxy.server.delivery import Delivery
from proxy.server.heads import HeadMemory
from proxy.server.refusal_log import RefusalLog
from proxy.server.refusals import (
    BAD_HTTP,
    CONNECTIONS,
    HEADERS_TOO_LARGE,
    INTERNAL,
    LARGEST_HEAD,
    LONGEST_LINE,
    LONGEST_TARGET,
    MOST_HEADER_LINES,
    TLS_ON_PLAIN,
    TOO_SLOW,
    parser_refusal,
)
from proxy.server.replies import header_lines, refusal_reply, whole
from proxy.server.request import ClientRequest, Handler
from proxy.server.transports import descriptor_of

_LOG: Final = structlog.get_logger("server")

_READ_OCTETS: Final = 2**16
_PIPELINED: Final = 8
"""Requests of one connection that wait for their turn; then its octets wait in the kernel."""
_ASKING_SECONDS: Final = 1.0
"""After so long a request whose head or body has not ended makes room for another connection, where none is left."""
_LINGER_SECONDS: Final = 1.0
"""How long an unread body is discarded before closing: a reset would take the answer out of the client's hands. And
how long the other end may take to close first, where it is watched."""
_ALERT_SECONDS: Final = 0.1
"""The same over TLS, where who reads until the end of the connection waits for it."""
_LONGEST_END: Final = 128
"""Octets that may wait for their acknowledgement without being of an answer: our FIN counts as one, and the closing
alert of TLS, which answers the other end's, has 24 to 85. The head of an answer alone is longer."""
_TLS_GREETING: Final = b"\x16\x03"
"""A handshake of TLS (RFC 8446 section 5.1); no request begins so."""
_CLOSE_LINE: Final = header_lines([("Connection", "close")])


_OTHER_PROTOCOL: Final = re.compile(rb"[A-Z]+ +[^ \r\n]+ +RTSP/[0-9.]+ *\r?\n")


def _speaks_otherwise(octets: bytes) -> bool:
    """Whether a request line names another protocol: llhttp takes RTSP/1.0 for HTTP/1.0, and does not tell."""
    return b"RTSP/" in octets and _OTHER_PROTOCOL.search(octets) is not None


class Listener(Protocol):
    """What a connection needs of the server that accepted it."""

    handler: Handler
    limits: LimitSettings
    heads: HeadMemory
    refusals: RefusalLog

    def admit(self, connection: "GatewayProtocol") -> bool:
        """Count it; False if there are too many."""
        ...

    def forget(self, connection: "GatewayProtocol") -> None: ...


class GatewayProtocol(BaseProtocol):
    """Deadlines and order of the requests of one connection."""

    __slots__ = (
        "_busy",
        "_closed_first",
        "_delivery",
        "_fault",
        "_head_deadline",
        "_head_octets",
        "_idle_since",
        "_idle_timer",
        "_line",
        "_next_request",
        "_payload",
        "_served",
        "_server",
        "_untaken",
        "_waiting",
        "_worker",
        "ending",
    )  # fmt: skip

    def __init__(self, server: Listener, loop: asyncio.AbstractEventLoop) -> None:
        parser = HttpRequestParser(
            self,
            loop,
            _READ_OCTETS,
            max_line_size=LONGEST_TARGET,
            max_field_size=LONGEST_LINE,
            max_headers=MOST_HEADER_LINES,
            payload_exception=ClientPayloadError,
            auto_decompress=False,
            max_msg_queue_size=_PIPELINED,
        )
        super().__init__(loop, parser)
        self._server = server
        self._waiting: deque[tuple[RawRequestMessage, StreamReader]] = deque()
        self._fault: Refusal | None = (
            None  # of what came: answered after the requests before it; nothing more is read
        )
        self._head_octets = 0  # of a head that has begun and not ended
        self._line = b""  # what came since the last end of a line
        self._busy = False  # a request is being served, or is about to be
        self._payload: StreamReader = EMPTY_PAYLOAD  # its body
        self._worker: asyncio.Task[None] | None = None  # serves them all: a task each would cost more
        self._next_request: asyncio.Future[None] | None = None  # where it waits for the next
        self._head_deadline: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_since = 0.0
        self._served = False
        self._closed_first = False  # over TLS: our closing alert may be what the other end did not read
        self._delivery: Delivery | None = None  # of the request under way or the last, where it is watched
        self._untaken = False  # the other end ended it without having taken all that we wrote
        self.ending = False
        """Nothing more is read; the connection closes after the answer under way."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._server.admit(self):
            self._end_with(CONNECTIONS)
            return
        self._idle_since = self._loop.time()
        self._watch_idle()

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self.ending = True
        if isinstance(exc, ConnectionError) and not self._closed_first:
            self._note_untaken()
        self._server.forget(self)
        self._stop_deadline()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if not self._payload.is_eof():
            self._payload.set_exception(ConnectionResetError("the client hung up"))
        if self._next_request is not None and not self._next_request.done():
            self._next_request.set_result(None)
        self._let_go()

    def _let_go(self) -> None:
        """Of all that holds us in turn, so that the memory is free at once: a collection comes seldom, and who lives
        through two of them waits for the longest."""
        self._parser = self._idle_timer = self._next_request = None
        self._waiting.clear()
        if not self._busy:
            self._payload = EMPTY_PAYLOAD

    def eof_received(self) -> None:
        """The other end closes. Its FIN acknowledges all that it had got by then: what it leaves out crossed it on
        the way, and finds nobody. The reset that tells so may come when nobody listens here any more."""
        if self.transport is not None:
            left = sockets.unacknowledged(self.transport.get_extra_info("socket").fileno())
            if left > _LONGEST_END:
                self._note_untaken()

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self._fault is not None:
            return
        if not self._served and not self._line and data.startswith(_TLS_GREETING):
            self._end_with(TLS_ON_PLAIN)
            return
        try:
            messages, upgraded, _ = self._parser.feed_data(data)
        except HttpProcessingError as error:
            self._fault = parser_refusal(error)
            if not self._payload.is_eof():
                self._payload.set_exception(error)
            messages, upgraded = [], False
        if (
            upgraded
        ):  # it asked for another protocol: refused by the ingress checks, and nothing after it is HTTP
            self._upgraded = True
        if self.ending:  # a body under way is still read; a new request is not
            return
        lines = self._line + data if self._line else data
        if (messages or self._payload.is_eof()) and _speaks_otherwise(lines):
            self._fault, messages = BAD_HTTP, []
        self._line = lines[max(lines.rfind(b"\n") + 1, len(lines) - LONGEST_LINE) :]
        if messages:
            self._head_octets = 0
            self._waiting.extend(messages)
            if len(self._waiting) >= _PIPELINED and not self._buffer_paused:
                self._pause_reading_for_buffer()
        elif data and self._payload.is_eof():
            self._watch_head(len(data))
        if not self._busy:
            self._go_on()

    @property
    def limits(self) -> LimitSettings:
        return self._server.limits

    @property
    def descriptor(self) -> int:
        return descriptor_of(self.transport)

    def idleness(self) -> tuple[bool, float]:
        """Whether nothing was ever asked here, and for how many seconds it has been idle, or has been sending what it
        began to ask (0 while it is served)."""
        if self.ending or (self._busy and self._payload.is_eof()):
            return False, 0.0
        return not self._served, self._loop.time() - self._idle_since

    def idle_enough_seconds(self) -> float:
        """After how many idle seconds it makes room for another. Less, and a client might be about to ask again on
        the connection that we close. Who began to ask, and has not ended, had time enough on one machine."""
        if self._head_octets or self._busy:
            return _ASKING_SECONDS
        return 2.0 if self._served else 0.25

    def close(self) -> None:
        """Close when the request under way, if any, is answered."""
        self.ending = True
        if not self._busy and self.transport is not None:
            self.transport.close()

    def make_room(self) -> None:
        """Close at once. It is idle, or its request has not come in whole: nothing of it was sent."""
        self.ending = True
        if self.transport is not None:
            self.transport.close()

    async def finish(self, seconds: float) -> None:
        """Close, after waiting so long for the request under way."""
        self.close()
        if self._worker is not None:
            if self._busy:
                await asyncio.wait({self._worker}, timeout=seconds)
            self._worker.cancel()
        if self.transport is not None:
            self.transport.abort()

    def write(self, octets: bytes) -> bool:
        """Hand octets to the transport; whether it holds so many now that `drain` is due. Raises ConnectionError if
        the client is gone."""
        if self.transport is None:
            raise ConnectionResetError("the client hung up")
        self.transport.write(octets)
        return self._paused

    async def drain(self, seconds: float) -> None:
        """Wait until the client has read enough. Raises ConnectionError if it is gone, TimeoutError if it did not
        read for so long."""
        async with asyncio.timeout(seconds):
            await self._drain_helper()

    def watch(self) -> Delivery:
        """What becomes of the answer to the request under way."""
        self._delivery = Delivery(self._untaken)
        return self._delivery

    def _note_untaken(self) -> None:
        self._untaken = True
        if self._delivery is not None:
            self._delivery.untaken = True

    def _go_on(self) -> None:
        """Nothing is under way, but something came: serve it, or say what was wrong with it."""
        if self._waiting:
            self._busy = True
            self._stop_deadline()  # before the worker wakes up: what is refused must not be served as well
            if self._worker is None:
                self._worker = asyncio.Task(self._work(), loop=self._loop, eager_start=True)
            elif self._next_request is not None and not self._next_request.done():
                self._next_request.set_result(None)
        elif self._fault is not None:
            self._end_with(self._fault)

    async def _work(self) -> None:
        """Serve one request after the other for as long as the connection is open."""
        while self.transport is not None:
            message, self._payload = self._waiting.popleft()
            self._make_room()
            await self._serve(message, self._payload)
            if self.ending:
                self._payload = EMPTY_PAYLOAD
                return
            if not self._waiting:
                self._busy = False
                if self._fault is not None:
                    self._end_with(self._fault)
                    return
                self._next_request = self._loop.create_future()
                await self._next_request

    async def _serve(self, message: RawRequestMessage, payload: StreamReader) -> None:
        """One request from its head to the end of its answer."""
        self._served = True
        self._idle_since = self._loop.time()
        self._delivery = None
        request = ClientRequest(message, payload, self, self._server.heads)
        try:
            await self._server.handler(request)
        except Exception as error:  # whatever it is, the client gets an answer
            await self._failed(request, error)
        ended = payload is EMPTY_PAYLOAD or payload.is_eof() or await self._discard(payload)
        self._idle_since = self._loop.time()
        if self.ending or not request.keeps_open or self._upgraded or not ended:
            self.ending = True
            if self.transport is not None:
                self._end(self.transport, watched=self._delivery is not None)

    def _end(self, transport: asyncio.Transport, *, watched: bool) -> None:
        """Close. If it is watched how the client ends, say that nothing more comes and leave closing to it, for a
        moment. TLS can say so only by an alert, which a client that has its answer leaves unread: it comes later."""
        if not watched or transport.is_closing():
            transport.close()
        elif transport.can_write_eof():
            with contextlib.suppress(OSError):  # reset meanwhile: the event loop is about to notice
                transport.write_eof()
            self._loop.call_later(_LINGER_SECONDS, transport.close)
        else:
            self._loop.call_later(_ALERT_SECONDS, self._close_first, transport)

    def _close_first(self, transport: asyncio.Transport) -> None:
        self._closed_first = True
        transport.close()

    async def _failed(self, request: ClientRequest, error: Exception) -> None:
        """A fault of ours: answered without its text, or, where an answer has begun, by cutting it."""
        _LOG.error("internal_error", error=type(error).__name__, exc_info=error)
        if request.begun:
            request.break_off()
        else:
            await request.answer(refusal_reply(INTERNAL, "unparsed"))

    async def _discard(self, payload: StreamReader) -> bool:
        """Read what is left of a body that nobody wanted, for a moment; whether its end came."""
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not payload.is_eof() and self.transport is not None:
                    await payload.readany()
        except (TimeoutError, ConnectionError, ClientPayloadError, HttpProcessingError):
            pass
        return payload.is_eof()

    def _make_room(self) -> None:
        """One request less waits: let the parser go on where it stopped for them."""
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused and not self._waiting:
            self._resume_reading_for_buffer()
            self._loop.call_soon(self.data_received, b"")

    def _watch_head(self, octets: int) -> None:
        """A head that has begun must end, in time and within bounds."""
        if not self._head_octets:
            self._idle_since = self._loop.time()
        self._head_octets += octets
        if self._head_octets > LARGEST_HEAD:
            self._fault = HEADERS_TOO_LARGE
        elif not self._busy and self._head_deadline is None:
            self._head_deadline = self._loop.call_later(
                self._server.limits.head_seconds, self._end_with, TOO_SLOW
            )

    def _stop_deadline(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _watch_idle(self) -> None:
        """Close a connection that asks for nothing. The timer is set when it rings, not for each request."""
        allowed = self._server.limits.idle_seconds
        left = allowed if self._busy else self._idle_since + allowed - self._loop.time()
        if left <= 0:
            self.close()
        else:
            self._idle_timer = self._loop.call_later(left, self._watch_idle)

    def _end_with(self, refusal: Refusal) -> None:
        """A refusal outside any request: written at once, or later where it repeats many; then the connection is
        closed."""
        if self.transport is None or self.transport.is_closing():
            return
        self.ending, self._fault = True, refusal
        self._stop_deadline()
        self._server.refusals.note(refusal, partial(self._say_last, refusal))

    def _say_last(self, refusal: Refusal) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        self.transport.write(whole(refusal_reply(refusal, "unparsed"), _CLOSE_LINE))
        self.transport.close()
