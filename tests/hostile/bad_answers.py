"""Answers that an upstream should not give, by name: what a firewall, a broken proxy or a hostile host may send.

The names are those of the hostile list (`h2-up-GET-<name>`); the octets are made here.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

DEEP: Final = 1500
"""Levels at which readers of JSON give up, and servers' writers do not."""


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """`ends`: the connection does so behind it. `body`: what the client must get under `status`; None if it need not
    get the answer at all."""

    octets: bytes
    ends: bool = False
    status: int = 0
    body: bytes | None = None


def head(status: int | str, length: int | str | None, *lines: str, version: str = "HTTP/1.1") -> bytes:
    """A head; `lines` as they are, in Latin-1."""
    framing = () if length is None else (f"Content-Length: {length}",)
    return "\r\n".join((f"{version} {status}", *framing, *lines, "", "")).encode("latin-1")


def passes(body: bytes | str, status: int = 200, *lines: str, kind: str = "application/json") -> BadAnswer:
    """One that is proper HTTP: the client gets it octet for octet."""
    octets = body.encode() if isinstance(body, str) else body
    whole = head(f"{status} X", len(octets), f"Content-Type: {kind}", *lines) + octets
    return BadAnswer(whole, status=status, body=octets)


def _said(*lines: str) -> BadAnswer:
    return BadAnswer(head("200 OK", 2, *lines) + b"{}")


def _kept(*lines: str) -> BadAnswer:
    return passes("{}", 200, *lines)


def _coded(code: Any, msg: Any = "no") -> BadAnswer:
    return passes(json.dumps({"code": code, "msg": msg}), 400)


def _gzip(body: bytes) -> BadAnswer:
    return passes(body, 200, "Content-Encoding: gzip")


def _deep(opening: str, closing: str, levels: int = DEEP) -> str:
    return opening * levels + "1" + closing * levels


_CHUNKED: Final = head("200 OK", None, "Transfer-Encoding: chunked")

FRAMING: Final = {
    "lf-header": _said("X-MBX-A: a\nSet-Cookie: b"),
    "lf-only": BadAnswer(_said().octets.replace(b"\r\n", b"\n")),
    "cr-header": _said("X-MBX-A: a\rb"),
    "nul-header": _said("X-MBX-A: a\x00b"),
    "nul-name": _said("X-M\x00BX: a"),
    "obsfold": _said("X-MBX-A: a\r\n b"),
    "cl-plus": BadAnswer(head("200 OK", "+2") + b"{}"),
    "cl-minus": BadAnswer(head("200 OK", "-2") + b"{}"),
    "cl-hex": BadAnswer(head("200 OK", "0x2") + b"{}"),
    "cl-list": BadAnswer(head("200 OK", "2, 2") + b"{}"),
    "cl-twice": _said("Content-Length: 3"),
    "cl-1e12": BadAnswer(head("200 OK", 10**12) + b"{}", ends=True),
    "cl-2e64": BadAnswer(head("200 OK", 2**64) + b"{}", ends=True),
    "cl-short": BadAnswer(head("200 OK", 1) + b"{}extra"),
    "cl-and-te": _said("Transfer-Encoding: chunked"),
    "no-cl-close": BadAnswer(head("200 OK", None) + b"{}", ends=True, status=200, body=b"{}"),
    "199": BadAnswer(head("199 X", None) + passes("{}").octets),
    "100-many": BadAnswer(head("100 X", None) * 50 + passes("{}").octets),
    "101": BadAnswer(head("101 Switching Protocols", None, "Upgrade: websocket", "Connection: Upgrade") + b"{}"),
    "status-1000": BadAnswer(head("1000 X", 2) + b"{}"),
    "status-600": BadAnswer(head("600 X", 2) + b"{}"),
    "status-000": BadAnswer(head("000 X", 2) + b"{}"),
    "status-99": BadAnswer(head("99 X", 2) + b"{}"),
    "status-minus": BadAnswer(head("-200 X", 2) + b"{}"),
    "reason-crlfish": BadAnswer(head("200 OK%0d%0aSet-Cookie: a=b\\r\\n", 2) + b"{}"),
    "reason-8bit": BadAnswer(head("200 \xff\xfe\x1b[31m", 2) + b"{}"),
    "no-reason": BadAnswer(head("200", 2) + b"{}", status=200, body=b"{}"),
    "204-body": BadAnswer(head("204 X", 2) + b"{}"),
    "205": BadAnswer(head("205 X", 0), status=205, body=b""),
    "304-body": BadAnswer(head("304 X", 2) + b"{}"),
    "302": BadAnswer(head("302 X", 0, "Location: http://evil.test/")),
    "308": BadAnswer(head("308 X", 0, "Location: http://evil.test/")),
    "300": BadAnswer(head("300 X", 0, "Location: http://evil.test/")),
    "305": BadAnswer(head("305 X", 0, "Location: http://evil.test/")),
    "hdr-129": _said(*(f"X-A-{n}: 1" for n in range(129))),
    "hdr-large": _said("X-A: " + "a" * 70_000),
    "trailers-5000": BadAnswer(_CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X-A: 1\r\n" * 5000 + b"\r\n"),
    "chunk-cut": BadAnswer(_CHUNKED + b"5\r\n{}", ends=True),
    "chunk-hex": BadAnswer(_CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n"),
    "chunk-huge": BadAnswer(_CHUNKED + b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    "chunk-minus": BadAnswer(_CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"),
    "chunk-extension": BadAnswer(_CHUNKED + b"2;" + b"a" * 70_000 + b"\r\n{}\r\n0\r\n\r\n"),
    "te-identity": BadAnswer(head("200 OK", None, "Transfer-Encoding: identity") + b"{}", ends=True),
    "te-gzip": BadAnswer(head("200 OK", None, "Transfer-Encoding: gzip, chunked") + b"2\r\n{}\r\n0\r\n\r\n"),
    "http2": BadAnswer(head("200 OK", 2, version="HTTP/2.0") + b"{}"),
    "http10": BadAnswer(head("200 OK", 2, version="HTTP/1.0") + b"{}", ends=True, status=200, body=b"{}"),
    "http09": BadAnswer(b"{}\r\n", ends=True),
    "smtp": BadAnswer(b"220 mail.test ESMTP\r\n"),
    "ssh": BadAnswer(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "tls": BadAnswer(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"),
    "half-status": BadAnswer(b"HTTP/1.1 20", ends=True),
    "nothing": BadAnswer(b"", ends=True),
    "ct-crlf": _said("Content-Type: application/json%0d%0aX: y"),
}  # fmt: skip
"""What is wrong with the octets. No answer of these, or this one: never a piece of it, and never the next one's."""

CONTENT: Final = {
    "gzip-bomb": _gzip(gzip.compress(bytes(50_000_000))),
    "gzip-in-gzip": _gzip(gzip.compress(gzip.compress(b"{}"))),
    "gzip-bad": _gzip(b"\x1f\x8bnot at all"),
    "gzip-cut": _gzip(gzip.compress(b"{}" * 100)[:-12]),
    "gzip-deep": _gzip(gzip.compress(_deep("[", "]").encode())),
    "deflate-bad": passes(zlib.compress(b"{}")[::-1], 400, "Content-Encoding: deflate"),
    "coding-odd": passes("{}", 400, "Content-Encoding: \xff\xfe"),
    "br-bad": passes("{}", 400, "Content-Encoding: br"),
    "code-float": passes('{"code":-1021.5,"msg":"no"}', 400),
    "code-exponent": passes('{"code":1e999,"msg":"no"}', 400),
    "code-null": _coded(None),
    "code-bool": _coded(code=True),
    "code-obj": _coded({"a": 1}),
    "code-list": _coded([-1021]),
    "code-text": _coded("-1021 \x00\x1b[31m"),
    "code-5000-digits": passes(b'{"code":-%b,"msg":"no"}' % (b"9" * 5000), 400),
    "code-400-digits": passes(b'{"code":-%b,"msg":"no"}' % (b"9" * 400), 400),
    "code-nan": passes('{"code":NaN,"msg":"no"}', 400),
    "code-infinity": passes('{"code":-Infinity,"msg":"no"}', 400),
    "code-twice": passes('{"code":-1021,"code":-1022,"msg":"no"}', 400),
    "status-in-body": passes(b'{"status":%b,"error":{"code":-1,"msg":"no"}}' % (b"9" * 4000), 200),
    "time-400-digits": passes(b'{"code":-1000,"msg":"no","serverTime":%b}' % (b"9" * 400), 400),
    "msg-badutf8": passes(b'{"code":-1,"msg":"\xff\xfe no"}', 400),
    "msg-lone": passes('{"code":-1,"msg":"\\ud800 no"}', 400),
    "msg-lone-raw": passes(b'{"code":-1,"msg":"\xed\xa0\x80 no"}', 400),
    "msg-nul": passes('{"code":-1,"msg":"\\u0000\\u001b[31m"}', 400),
    "msg-obj": _coded(-1, {"a": 1}),
    "msg-number": _coded(-1, 5),
    "msg-60k": _coded(-1, "a b " * 15_000),
    "msg-json": _coded(-1, _deep("[", "]")),
    "utf16": passes('{"code":-1,"msg":"no"}'.encode("utf-16"), 400),
    "utf32": passes('{"code":-1,"msg":"no"}'.encode("utf-32"), 400),
    "bom": passes(b'\xef\xbb\xbf{"code":-1,"msg":"no"}', 400),
    "list-of-5000-digits": passes(b"[" + b"9" * 5000 + b",1]"),
    "wide": passes(json.dumps({f"a{n}": n for n in range(5000)})),
    "wide-list": passes(json.dumps([{"a": n} for n in range(5000)])),
    "nested-str": passes(json.dumps({"a": json.dumps({"a": json.dumps({"a": json.dumps({"a": 1})})})})),
    "neg0": passes('{"a":-0,"b":-0.0,"c":1e-999}'),
    "empty-names": passes('{"":{"":{"":1}}}', 400),
    "proto-names": passes('{"__proto__":{},"constructor":1,"code":-1}', 400),
    "html-deep": passes("<" * 60_000, 400, kind="text/html"),
    "sbe": passes(b"\x00\x01\x02", 400, kind="application/sbe"),
    "deep-list": passes(_deep("[", "]")),
    "deep-list-200": passes(_deep("[", "]", 30_000)),
    "deep-list-400": passes(_deep("[", "]"), 400),
    "deep-list-503": passes(_deep("[", "]"), 503),
    "deep-obj-200": passes(_deep('{"a":', "}")),
    "deep-listofobj-200": passes("[" + _deep('{"a":', "}") + "]"),
    "deep-listofobj-400": passes("[" + _deep('{"a":', "}") + "]", 400),
    "deep-400a": passes(_deep('{"code":', "}"), 400),
    "deep-400b": passes('{"code":-1,"msg":"no","data":' + _deep('{"a":', "}") + "}", 400),
    "deep-400c": passes('{"code":-1,"msg":"no","data":' + _deep("[", "]", 90) + "}", 400),
    "deep-400d": passes('{"data":' + _deep("[", "]", 30_000) + ',"code":-1,"msg":"no"}', 400),
    "deep-400e": passes('{"code":-1,"msg":"no","data":' + _deep('[{"a":', "}]", 500) + "}", 400),
    "deep-500": passes('{"code":-1,"data":' + _deep("[", "]") + "}", 503),
    "deep-200-post": passes('{"orderId":1,"data":' + _deep("[", "]") + "}"),
    "deep-open": passes("[" * 60_000, 400),
    "weight-neg": _kept("X-MBX-USED-WEIGHT-1M: -5"),
    "weight-nan": _kept("X-MBX-USED-WEIGHT-1M: NaN"),
    "weight-superscript": _kept("X-MBX-USED-WEIGHT-1M: \xb2"),
    "weight-many": _kept(*(f"X-MBX-USED-WEIGHT-{n}M: {n}" for n in range(40))),
    "weight-5000-digits": _kept("X-MBX-USED-WEIGHT-1M: " + "9" * 5000),
    "orders-odd": _kept("X-MBX-ORDER-COUNT-0S: 1", "X-MBX-ORDER-COUNT-999D: 99999999999"),
    "mbx-8bit": _kept("X-MBX-UUID: \xff\xfe\xed\xa0\x80"),
    "date-odd": passes('{"code":-1000,"msg":"no"}', 400, "Date: Sat, 99 Nov 99999 99:99:99 +99999999"),
    "retry-odd": _kept("Retry-After: \xb2"),
}  # fmt: skip
"""What is wrong inside: the client gets it as it is, and there is a record of it."""

BAD_ANSWERS: Final = FRAMING | CONTENT
