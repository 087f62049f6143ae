"""Answers as octets: each is put together once and handed to the transport in one piece (RFC 9112 section 4)."""

from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

import msgspec

from proxy.core.errors import Execution, Refusal
from proxy.core.printable import printable_json

_SAFE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OUR_HEADERS: Final = {"Cache-Control": "no-store", "Server": "binance-signing-proxy", **_SAFE_HEADERS}
"""On every answer of the gateway's own."""

_BODILESS: Final = frozenset({204, 304})
_STATUS_LINES: Final = {
    status.value: b"HTTP/1.1 %d %b\r\n" % (status.value, status.phrase.encode("ascii"))
    for status in HTTPStatus
}


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Header lines as they stand on the wire. Names and values are ours: no line break can be in them."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("latin-1")


SAFE_LINES: Final = header_lines({"Server": OUR_HEADERS["Server"], **_SAFE_HEADERS}.items())
"""On every answer: nothing a web page could read, sniff or frame."""


class Reply(msgspec.Struct, frozen=True):
    """A whole answer. `lines` are its header lines, each ended; framing is added when it is written."""

    status: int
    lines: bytes
    body: bytes = b""
    close: bool = False


def reply(status: int, headers: dict[str, str], body: bytes, *, close: bool = False) -> Reply:
    """An answer of the gateway's own."""
    ours = header_lines({**headers, "Date": formatdate(usegmt=True), **OUR_HEADERS}.items())
    return Reply(status, ours, body, close)


def refusal_reply(refusal: Refusal, request_id: str) -> Reply:
    """A refusal as Binance would shape it: `code` and `msg`, and our own fields beside them."""
    body = {
        "code": refusal.code,
        "msg": f"gateway: {refusal.message}",
        "error": refusal.token,
        "execution": refusal.execution.value,
        "request_id": request_id,
        **dict(refusal.fields),
    }
    headers = {
        "Content-Type": "application/json",
        "X-Gateway-Error": refusal.token,
        "X-Gateway-Execution": refusal.execution.value,
        "X-Gateway-Request-Id": request_id,
        **dict(refusal.headers),
    }
    return reply(refusal.status, headers, printable_json(msgspec.json.encode(body)), close=True)


def json_reply(content: object, headers: dict[str, str] | None = None, *, status: int = 200) -> Reply:
    """An answer of the gateway's own, as JSON in printable ASCII: people look at it with curl."""
    lines = {"Content-Type": "application/json", **(headers or {})}
    return reply(status, lines, printable_json(msgspec.json.encode(content)))


def not_sent(request_id: str) -> dict[str, str]:
    """Headers of an answer for which nothing was sent and that is no refusal."""
    return {"X-Gateway-Execution": Execution.NOT_SENT.value, "X-Gateway-Request-Id": request_id}


def status_line(status: int) -> bytes:
    """The first line, for statuses without a name too."""
    return _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


def whole(answer: Reply, connection: bytes, *, head_only: bool = False) -> bytes:
    """All octets of an answer. `connection` is the Connection line, if one is due."""
    if answer.status in _BODILESS:
        return b"%b%b%b\r\n" % (status_line(answer.status), answer.lines, connection)
    body = b"" if head_only else answer.body
    length = b"Content-Length: %d\r\n" % len(answer.body)
    return b"".join((status_line(answer.status), answer.lines, length, connection, b"\r\n", body))
