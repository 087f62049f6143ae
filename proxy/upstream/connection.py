"""One connection to the upstream: aiohttp's response parser (C) over a transport of our own.

Below `ClientSession` on purpose: it re-sends PUT and DELETE by itself when a connection dies, follows redirects
with the key header, and re-quotes URLs. Here an octet string goes out once and an answer comes back.
`aiohttp.client_proto.ResponseHandler` is semi-internal: pyproject.toml pins aiohttp to one minor version, and
docs/decisions/0001 says what is relied on.
"""

import asyncio
import math
import select
import ssl
from collections.abc import Callable
from typing import Final

import msgspec
from aiohttp import hdrs, http_exceptions
from aiohttp.client_exceptions import ClientError
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader

from proxy.core.wire import Header
from proxy.upstream.faults import fault

SMALL_OCTETS: Final = 64 * 1024
"""An answer of at most this size is waited for as a whole, looked into, and shared; a larger one is streamed."""
_PIECE_OCTETS: Final = 32 * 1024
"""Of a large answer at a time: so much lies in memory for each client that reads slowly, and as much on its way."""
_MOST_INTERIMS: Final = 20
_CONTROL: Final = bytes(octet for octet in (*range(0x20), 0x7F) if octet != 0x09)
_MOST_HEADERS: Final = 128
_SOMETHING_CAME: Final = select.POLLIN | getattr(select, "POLLRDHUP", 0)  # not on macOS


class Head(msgspec.Struct, frozen=True):
    """Status and headers of an answer, and the reader of its body."""

    status: int
    headers: tuple[Header, ...]
    body: StreamReader
    length: int | None  # Content-Length, if the upstream gave one


class Patience(msgspec.Struct, frozen=True):
    """How long an upstream may take, in seconds on the clock `now`: to the head, without progress, in all."""

    answer_seconds: float
    progress_seconds: float
    total_seconds: float
    now: Callable[[], float]


class Connection(ResponseHandler):
    """Octets out, an answer in. `octets_seen` counts what came since the last `write` or `rest`.

    Nothing here sets a timer: `deadline` says until when the upstream must have done something, and the sender
    calls `expire` when that instant has passed. One timer for all connections costs less than one per read.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, base: str) -> None:
        super().__init__(loop)
        self.base = base
        self.opened = self.used = 0.0  # instants of the start and of the last use, kept by the sender
        self.octets_seen = 0
        self.deadline = math.inf
        self.head_at: float | None = None  # when the head came, if the rest came later
        self._last = math.inf  # the deadline of the whole answer
        self._patience: Patience | None = None
        self._awaited: asyncio.Future[None] | None = None
        self._interims = 0
        self._poll: select.poll | None = None
        self.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            max_headers=_MOST_HEADERS,
            max_field_size=16_384,
            read_bufsize=SMALL_OCTETS // 2,  # aiohttp stops reading at twice that
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._poll = select.poll()
        self._poll.register(transport.get_extra_info("socket").fileno(), _SOMETHING_CAME)

    def data_received(self, data: bytes) -> None:
        self.octets_seen += len(data)
        super().data_received(data)
        if self._awaited is not None:
            self._look()

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self._wake()

    def resume_reading(self, resume_parser: bool = True) -> None:
        """As inherited, but nothing where nothing was paused: aiohttp calls this after each read."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def write(self, octets: bytes, patience: Patience, since: float) -> None:
        """Hand a whole request to the transport. From here on its execution is unknown until answered.

        `since`, on the clock of `patience`, is when the request came: making a connection takes from the same time.
        Raises UpstreamError (`not_sent`) if the connection has ended.
        """
        if self.transport is None or self.transport.is_closing():
            raise fault("upstream_unreachable", "connect", "closed before the first octet")
        self.octets_seen = self._interims = 0
        self.head_at = None
        self._patience = patience
        self.deadline = since + patience.answer_seconds
        self._last = since + patience.total_seconds
        self.transport.write(octets)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS object under this connection, if it has one."""
        made = self.transport.get_extra_info("ssl_object") if self.transport is not None else None
        return made if isinstance(made, ssl.SSLObject) else None

    def looks_alive(self, *, closely: bool = True) -> bool:
        """Whether nothing came and nothing ended since the last answer; `closely`: asked of the kernel as well, which
        knows what the event loop has not been told yet."""
        if self.octets_seen or self.transport is None or self.transport.is_closing():
            return False
        return not closely or (self._poll is not None and not self._poll.poll(0))

    async def head(self) -> Head:
        """The head of the final answer; interim ones (100, 103) are dropped. Raises UpstreamError.

        If the answer is small, all of it is there by then, or broke off: reading its body tells.
        """
        self._awaited = self._loop.create_future()
        self._look()
        try:
            await self._awaited
        finally:
            self._awaited = None
            self.deadline = math.inf
        if not self._buffer:
            raise self._failed()
        (message, body), _ = self._buffer.popleft()
        return Head(message.code, message.raw_headers, body, _checked_length(message))

    def awaits_body(self) -> None:
        """From now on the upstream must make progress; until `head` or a read is over."""
        if self._patience is not None:
            self.deadline = min(self._patience.now() + self._patience.progress_seconds, self._last)

    def expire(self) -> None:
        """The deadline has passed: whoever waits is told so."""
        self.deadline = math.inf
        self._on_read_timeout()
        self._wake()

    def rest(self, body: StreamReader) -> bool:
        """Whether the answer was read to its end, with nothing behind it, so that the next may follow."""
        if not body.is_eof() or self.should_close or self._begun():
            return False
        self.octets_seen = 0
        return True

    def _begun(self) -> bool:
        """Whether octets behind the answer began another one: nobody asked for it, and it must answer nobody."""
        try:
            return self._parser is None or self._parser.feed_eof() is not None
        except http_exceptions.HttpProcessingError:
            return True

    def _look(self) -> None:
        """Wake who waits when there is enough: a failure, a large answer's head, or all of a small one."""
        while self._buffer:
            message, body = self._buffer[0][0]
            if message.code >= 200 or message.code == 101 or self._interims == _MOST_INTERIMS:
                if _whole_or_large(message, body):
                    break
                if self.head_at is None and self._patience is not None:
                    self.head_at = self._patience.now()
                self.awaits_body()
                return
            self._interims += 1
            self._buffer.popleft()
        else:
            if self._exception is None and self.is_connected():
                return
        self._wake()

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    def _failed(self) -> Exception:
        error = self._exception
        if isinstance(error, TimeoutError):
            return fault("upstream_timeout", "head", "TimeoutError")
        if isinstance(error, http_exceptions.HttpProcessingError):
            return fault("upstream_bad_answer", "head", type(error).__name__)
        return fault("upstream_no_answer", "head", type(error).__name__)


def _whole_or_large(message: RawResponseMessage, body: StreamReader) -> bool:
    if body.is_eof() or body.total_bytes > SMALL_OCTETS:
        return True
    length = message.headers.get(hdrs.CONTENT_LENGTH, "0")
    return not (length.isascii() and length.isdigit()) or int(length) > SMALL_OCTETS


def _checked_length(message: RawResponseMessage) -> int | None:
    """Refuse what the lenient parser lets pass: two framings, control characters in a field."""
    if message.code < 200:
        says = "unasked protocol switch" if message.code == 101 else "interim answers without end"
        raise fault("upstream_bad_answer", "head", says)
    values = b"".join([value for _, value in message.raw_headers])
    if len(values.translate(None, _CONTROL)) != len(values):
        raise fault("upstream_bad_answer", "head", "control character in a header")
    lengths = message.headers.getall(hdrs.CONTENT_LENGTH, None)
    if lengths is None:
        return None
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].strip().isdigit()):
        raise fault("upstream_bad_answer", "head", "Content-Length")
    if hdrs.TRANSFER_ENCODING in message.headers:
        raise fault("upstream_bad_answer", "head", "Content-Length with Transfer-Encoding")
    return int(lengths[0])


async def read_some(body: StreamReader) -> bytes:
    """The next octets of a body, b"" at its end. Raises UpstreamError where the answer breaks off or stalls."""
    try:
        return await body.read(_PIECE_OCTETS)
    except http_exceptions.HttpProcessingError as error:
        raise fault("upstream_bad_answer", "body", type(error).__name__) from None
    except TimeoutError:
        raise fault("upstream_timeout", "body", "TimeoutError") from None
    except (ClientError, ConnectionError) as error:
        raise fault("upstream_no_answer", "body", type(error).__name__) from None
