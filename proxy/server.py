"""The listening side: aiohttp's server, its traps closed, behind one small class, `Visit`.

Closed here: parser errors answered in JSON without an echo of the input (and not logged raw), half-sent heads
and bodies ended by a deadline, connections capped, `Expect` answered only once a request is let in, nothing
decompressed, no access log.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog
from aiohttp import http_exceptions, web
from aiohttp.web_protocol import RequestHandler

from proxy.core.errors import Execution, Refusal
from proxy.core.guard.door import Head, read_head
from proxy.core.settings import LimitSettings
from proxy.core.wire import RawRequest

_LOG: Final = structlog.get_logger("server")

SAFE_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""On every answer: nothing a web page could read, sniff or frame."""

OUR_HEADERS: Final = {"Cache-Control": "no-store", "Server": "binance-signing-proxy", **dict(SAFE_HEADERS)}
"""On every answer of the gateway's own."""

WRITE_SECONDS = 15.0
"""For handing a whole small answer to a client that may not be reading; large ones have bounds of their own."""

_LONGEST_LINE: Final = 8190
_LONGEST_TARGET: Final = _LONGEST_LINE - len("DELETE  HTTP/1.1")
"""aiohttp measures the target alone; both bounds differ, so that its exception tells which one it was."""
_MOST_HEADER_LINES: Final = 64

_TARGET_TOO_LONG: Final = Refusal(
    414, "target_too_long", "the request line is too long; 8190 octets are taken: put parameters into a form"
)
_HEADERS_TOO_LARGE: Final = Refusal(
    431, "headers_too_large", "too many or too large headers; 64 lines of at most 8190 octets are taken"
)
_BAD_TARGET: Final = Refusal(
    400,
    "target_not_ascii",
    "the request target holds octets that HTTP does not allow there; percent-encode them as UTF-8 first, "
    "for example a space as %20",
)
_BAD_HTTP: Final = Refusal(
    400, "bad_request", "this is not proper HTTP/1.1; check the tool that made the request"
)
_TOO_SLOW: Final = Refusal(408, "request_timeout", "the request did not arrive in time; send it in one go")
_TOO_LARGE: Final = Refusal(413, "body_too_large", "the request body is too large for any Binance endpoint")
_CONNECTIONS: Final = Refusal(503, "overloaded", "too many open connections; close some, or keep them alive")
_INTERNAL: Final = Refusal(
    500,
    "internal_error",
    "the gateway failed on this request; look before you send it again, and report the log line",
    Execution.UNKNOWN,
)


def refusal_response(refusal: Refusal, request_id: str) -> web.Response:
    """A refusal as Binance would shape it: `code` and `msg`, and our own fields beside them."""
    body = {
        "code": refusal.code,
        "msg": f"gateway: {refusal.message}",
        "error": refusal.token,
        "execution": refusal.execution.value,
        "request_id": request_id,
    }
    response = web.Response(
        status=refusal.status,
        body=msgspec.json.encode(body),
        headers={
            "Content-Type": "application/json",
            "X-Gateway-Error": refusal.token,
            "X-Gateway-Execution": refusal.execution.value,
            "X-Gateway-Request-Id": request_id,
            "Connection": "close",  # said also where aiohttp would not: its parser errors count as HTTP/1.0
            **OUR_HEADERS,
            **dict(refusal.headers),
        },
    )
    response.force_close()
    return response


def json_response(content: object, request_id: str) -> web.Response:
    """An answer of the gateway's own that is no refusal: nothing was sent for it."""
    return web.Response(
        body=msgspec.json.encode(content),
        headers={
            "Content-Type": "application/json",
            "X-Gateway-Execution": Execution.NOT_SENT.value,
            "X-Gateway-Request-Id": request_id,
            **OUR_HEADERS,
        },
    )


class Visit:
    """One request of a client while it is being served."""

    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request
        self.raw = RawRequest(
            method=request.method,
            target=request.raw_path.encode("utf-8", "surrogateescape"),
            headers=request.raw_headers,
        )
        version = request.version
        self.head: Head = read_head(
            self.raw.method, self.raw.target, (version.major, version.minor), self.raw.headers
        )

    @property
    def gone(self) -> bool:
        """Whether the client hung up."""
        transport = self._request.transport
        return transport is None or transport.is_closing()

    @property
    def has_body(self) -> bool:
        return self._request.can_read_body

    async def read_body(self, limits: LimitSettings) -> bytes | Refusal:
        """The whole body within the bounds of size and time."""
        if not self._request.can_read_body:
            return b""
        length = self._request.content_length
        if length is not None and length > limits.body_bytes:
            return _TOO_LARGE
        await self._continue()
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.body_seconds):
                while chunk := await self._request.content.readany():
                    parts.append(chunk)
                    size += len(chunk)
                    if size > limits.body_bytes:
                        return _TOO_LARGE
        except TimeoutError:
            return _TOO_SLOW
        except (ConnectionError, web.RequestPayloadError, http_exceptions.HttpProcessingError):
            return _BAD_HTTP
        return b"".join(parts)

    async def _continue(self) -> None:
        """Answer `Expect` late, so that a refused client never sends its body (RFC 9110 section 10.1.1)."""
        if self.head.first(b"expect") is None or self.head.version < (1, 1):
            return
        await self._request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._request.writer.output_size = 0  # as aiohttp's own expect handler does

    async def answer(self, response: web.StreamResponse, body: bytes | None = None) -> web.StreamResponse:
        """Write a finished response. A client that is gone, or does not read, is no error here."""
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await response.prepare(self._request)
                await response.write_eof(body or b"")
        except ConnectionError:
            pass
        except TimeoutError:
            self.break_off()
        return response

    async def begin(self, response: web.StreamResponse) -> None:
        """Write the head of a streamed response. Raises ConnectionError if the client is gone."""
        await response.prepare(self._request)

    def break_off(self) -> None:
        """End the connection so that a cut answer can never look like a whole one."""
        transport = self._request.transport
        if transport is not None:
            transport.abort()


class GatewayProtocol(RequestHandler):
    """aiohttp's connection handler with deadlines and answers of our own."""

    __slots__ = ("_head_deadline", "_limits")

    def __init__(self, manager: "GatewayServer", limits: LimitSettings, **kwargs: Any) -> None:
        super().__init__(manager, **kwargs)
        self._limits = limits
        self._head_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        manager = self._manager
        if manager is not None and len(manager.connections) > self._limits.connections:
            self._end_with(_CONNECTIONS)

    def data_received(self, data: bytes) -> None:
        idle = not self._messages and not self._request_in_progress
        super().data_received(data)
        if not idle:
            return
        if self._messages or self._request_in_progress:
            self._stop_deadline()
        elif self._head_deadline is None:
            self._head_deadline = self._loop.call_later(self._limits.head_seconds, self._end_with, _TOO_SLOW)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Parser errors and our own faults: never aiohttp's text, which echoes the input."""
        if request.writer.output_size > 0:  # part of an answer is out already
            raise ConnectionError
        refusal = _INTERNAL if status == 500 else _parser_refusal(exc)
        if status == 500:
            _LOG.error("internal_error", error=type(exc).__name__, exc_info=exc)
        else:
            _LOG.info("refused", token=refusal.token, status=refusal.status)
        return refusal_response(refusal, "unparsed")

    def _stop_deadline(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _end_with(self, refusal: Refusal) -> None:
        """A refusal outside any request: written raw, then the connection is closed."""
        if self.transport is None or self.transport.is_closing():
            return
        response = refusal_response(refusal, "unparsed")
        head = f"HTTP/1.1 {response.status} {response.reason}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in response.headers.items()
        )
        body = response.body if isinstance(response.body, bytes) else b""
        self.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.force_close()


def _parser_refusal(exc: BaseException | None) -> Refusal:
    if isinstance(exc, http_exceptions.LineTooLong):
        return _TARGET_TOO_LONG if exc.args[1] == _LONGEST_TARGET else _HEADERS_TOO_LARGE
    if isinstance(exc, http_exceptions.BadHttpMessage) and exc.args == ("Too many headers received",):
        return _HEADERS_TOO_LARGE
    if isinstance(exc, http_exceptions.InvalidURLError):
        return _BAD_TARGET
    return _BAD_HTTP


class GatewayServer(web.Server):
    """aiohttp's low-level server with our connection handler."""

    def __init__(
        self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], limits: LimitSettings
    ) -> None:
        super().__init__(handler)
        self._limits = limits

    def __call__(self) -> GatewayProtocol:
        return GatewayProtocol(
            self,
            self._limits,
            loop=self._loop,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=self._limits.idle_seconds,
            lingering_time=1.0,
            max_line_size=_LONGEST_TARGET,
            max_field_size=_LONGEST_LINE,
            max_headers=_MOST_HEADER_LINES,
        )
