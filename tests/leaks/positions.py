"""The 42 positions a value can be planted in, written out: 16 in requests, 13 in answers, 8 in process output, 5 in
streams. This module plants those of requests and answers; `processes` those of process output.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from tests.leaks.canaries import PACKINGS

C2C = b"/sapi/v1/c2c/orderMatch/getUserOrderDetail"
_JSON = (b"Content-Type", b"application/json;charset=UTF-8")

type Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends."""

    target: bytes = b"/api/v3/account"
    method: bytes = b"GET"
    headers: Headers = ()
    body: bytes = b""

    def octets(self) -> bytes:
        lines = [b"%b %b HTTP/1.1" % (self.method, self.target), b"Host: 127.0.0.1"]
        lines += [b"%b: %b" % header for header in self.headers]
        if self.method != b"GET":
            lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """What the exchange answers."""

    body: bytes = b'{"symbol":"BTCUSDT"}'
    status: int = 200
    headers: Headers = (_JSON,)

    def octets(self, coding: bytes | None = None) -> bytes:
        """As it travels; with a content coding the body is compressed as a whole."""
        body = PACKINGS[coding](self.body) if coding else self.body
        lines = [b"HTTP/1.1 %d Whatever" % self.status, b"Content-Length: %d" % len(body)]
        lines += [b"%b: %b" % header for header in self.headers]
        lines += [b"Content-Encoding: " + coding] if coding else []
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _wire(value: str) -> bytes:
    """In a target or form: escaped only where HTTP or the pairs demand it, so that the encoding stays."""
    return quote(value, safe='%+;\\"{}:=?/-_.~').replace("\\", "%5C").replace('"', "%22").encode()


def _get(query: bytes) -> Request:
    return Request(b"/api/v3/account?" + query)


def _head(*headers: tuple[bytes, bytes]) -> Request:
    return Request(headers=headers)


def _post(target: bytes, body: bytes, label: bytes) -> Request:
    return Request(target, b"POST", ((b"Content-Type", label),), body)


def _form(body: bytes) -> Request:
    return _post(b"/api/v3/order/test", body, b"application/x-www-form-urlencoded")


def _json(body: bytes) -> Request:
    return _post(C2C, body, b"application/json")


def _dumped(value: object, *, ascii_only: bool = False) -> bytes:
    return json.dumps(value, ensure_ascii=ascii_only).encode()


REQUESTS: dict[str, Callable[[str], Request]] = {
    "query value": lambda v: _get(b"note=" + _wire(v)),
    "query value of a clear name": lambda v: _get(b"symbol=" + _wire(v)),
    "query value of a doubled name": lambda v: _get(b"limit=1&limit=" + _wire(v)),
    "query, replaced pairs": lambda v: _get(b"signature=%b&timestamp=%b&recvWindow=%b" % ((_wire(v),) * 3)),
    "bare query": lambda v: _get(_wire(v)),
    "path": lambda v: Request(b"/api/v3/" + _wire(v)),
    "unknown header": lambda v: _head((b"X-Custom", v.encode())),
    "key header": lambda v: _head((b"X-MBX-APIKEY", v.encode())),
    "token and cookie headers": lambda v: _head(
        (b"Cookie", v.encode()), (b"Authorization", b"Bearer " + v.encode()), (b"X-Gateway-Token", v.encode())
    ),
    "User-Agent": lambda v: _head((b"User-Agent", b"bot/1 " + v.encode())),
    "refused control header": lambda v: _head((b"X-Gateway-Account", v.encode())),
    "form value": lambda v: _form(b"symbol=BTCUSDT&note=" + _wire(v)),
    "form value of a clear name": lambda v: _form(b"symbol=BTCUSDT&price=" + _wire(v)),
    "JSON value": lambda v: _json(_dumped({"adOrderNo": v, "a": [{"b": {"remark": v}}]})),
    "JSON in a form value": lambda v: _form(b"orders=" + _wire(json.dumps([{"newClientOrderId": v}]))),
    "malformed JSON": lambda v: _json(b'{"note":"%b' % v.encode()),
}

ANSWERS: dict[str, Callable[[str], Reply]] = {
    "answer value": lambda v: Reply(_dumped({"data": {"note": v}})),
    "answer value of a clear name": lambda v: Reply(_dumped({"symbol": v, "status": v, "price": v})),
    "answer, C2C payment fields": lambda v: Reply(
        _dumped({"code": "000000", "data": {"payMethods": [{"fields": [{"fieldName": v, "fieldValue": v}]}]}})
    ),
    "answer, list of lists": lambda v: Reply(_dumped([[v, v], [v]])),
    "answer, credentials": lambda v: Reply(
        _dumped(
            {"listenKey": v, "listenToken": v, "chatWssUrl": f"wss://im.example.test/?t={v}", "secretKey": v}
        )
    ),
    "answer, JSON in a string": lambda v: Reply(
        _dumped({"data": json.dumps({"deep": json.dumps({"x": v})})})
    ),
    "answer name": lambda v: Reply(_dumped({"data": {v: "1"}})),
    "error text": lambda v: Reply(_dumped({"code": -2015, "msg": f"Invalid API-key, IP, or {v}"}), 400),
    "error text, filled template": lambda v: Reply(
        _dumped({"code": -2015, "msg": f"Invalid API-key, IP, or permissions for action, request ip: {v}"}),
        400,
    ),
    "error code": lambda v: Reply(_dumped({"code": v, "message": v, "success": False})),
    "malformed answer": lambda v: Reply(b'{"note":"%b' % v.encode()),
    "page": lambda v: Reply(
        f"<html><h1>403 Forbidden</h1><p>Request blocked. {v}</p></html>".encode(),
        403,
        ((b"Content-Type", b"text/html"),),
    ),
    "answer headers": lambda v: Reply(
        headers=(_JSON, (b"X-Note", v.encode()), (b"Retry-After", v.encode()), (b"x-mbx-uuid", v.encode()))
    ),
}
C2C_ANSWERS = frozenset({"answer, C2C payment fields", "answer, credentials"})
"""Answers to a C2C request; the others to one for the account."""

PROCESS = (
    "exception and traceback",
    "start-up, wrong settings",
    "config show",
    "environment",
    "command line",
    "health, metrics and healthcheck",
    "crash",
    "addon",
)
STREAMS = (
    "stream, message to the client",
    "stream, message from the client",
    "stream, address",
    "stream, reason of closing",
    "stream, subscription",
)
POSITIONS = (*REQUESTS, *ANSWERS, *PROCESS, *STREAMS)
