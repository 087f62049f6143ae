"""Hostile answers to draw from, each with the tag of the request that it is for: content, framing, octets."""

import gzip
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.hostile.bad_answers import DEEP

_TAG: Final = re.compile(rb"tag-([0-9]+)-([0-9a-f]{8})-")
_STATUSES: Final = (
    *(200,) * 6, 201, 202, 204, 205, 300, 302, 304, 400, 400, 400, 401, 404, 408, 409, 451, 500, 502, 503, 504, 599,
)  # fmt: skip
_WAITS: Final = (403, 403, 418, 429, 429)
"""Those that ask to wait; a 403 does so where it comes three times in a row without a code."""
_RETRY_AFTER: Final = (
    b"1", b"0", b"-1", b"3600", b"9" * 400, b"1e9", b"NaN", b"\xb2", b"", b"Sat, 99 Nov 99999 99:99:99 GMT",
    b"Thu, 01 Jan 1970 00:00:00 GMT", b"1, 2",
)  # fmt: skip
_TOKENS: Final = (
    b"\r\n", b"\n", b"\r", b"\x00", b" ", b":", b"\r\n\r\n", b"0\r\n\r\n", b"{", b"[", b'"', b"\\ud800", b"\xff", b"\x1b[31m",
    b"Content-Length: 1\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"HTTP/1.1 200 OK\r\n",
    b"Content-Encoding: gzip\r\n", b"-", b"9", b"NaN", b"\xed\xa0\x80", b"HTTP/1.1 100 Continue\r\n\r\n",
)  # fmt: skip
_STATUS_LINE: Final = 12


def tag_of(number: int) -> bytes:
    """With a sum of its digits, so that a mangled one is not another's."""
    return b"tag-%d-%08x-" % (number, zlib.crc32(b"%d" % number))


def tag_in(octets: bytes) -> int | None:
    """The number of the first tag, None where there is none."""
    found = _TAG.search(octets)
    return int(found[1]) if found else None


def tags_in(octets: bytes) -> set[int]:
    """The numbers of all tags that are whole."""
    return {int(found[1]) for found in _TAG.finditer(octets) if found[0] == tag_of(int(found[1]))}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One answer. `ends`: its connection does so behind it. `sound`: it is proper HTTP, so nobody waits for more."""

    octets: bytes
    ends: bool = False
    sound: bool = True


def drawn_answer(tag: bytes, chance: random.Random, kinds: Counter[str], *, waits: bool = False) -> Drawn:
    """Proper HTTP. `waits`: it asks to wait before anything more is sent."""
    status = chance.choice(_WAITS if waits else _STATUSES)
    kind, body = _body_that_waits(tag, chance) if waits else drawn_body(tag, chance)
    kinds[kind] += 1
    lines = [
        b"X-MBX-UUID: " + tag,
        b"Content-Type: " + chance.choice((b"application/json", b"text/html", b"x")),
    ]
    if waits and chance.random() < 0.6:
        lines.append(b"Retry-After: " + chance.choice(_RETRY_AFTER))
    body = _coded(body, lines, chance)
    interim = b"HTTP/1.1 103 X\r\nX-A: %b\r\n\r\n" % tag * chance.choice((0,) * 8 + (1, 3, 19))
    kinds["interim"] += bool(interim)
    ends = chance.random() < 0.03
    if ends:
        lines.append(b"Connection: close")
    if status in (204, 205, 304):
        body, framing = b"", (b"Content-Length: 0" if status == 205 else None)
    else:
        framing, body = _framed(body, chance, kinds, ends=ends)
    if framing is not None:
        lines.append(framing)
    chance.shuffle(lines)
    start = b"HTTP/1.1 %d %b" % (status, chance.choice((b"OK", b"", b"\xff\xfe " + tag)))
    return Drawn(interim + b"\r\n".join((start, *lines, b"", b"")) + body, ends)


def _coded(body: bytes, lines: list[bytes], chance: random.Random) -> bytes:
    """The body in a coding, or with a lie about it; the line that says so is added."""
    match chance.randrange(12):
        case 0:
            lines.append(b"Content-Encoding: gzip")
            return gzip.compress(body, 1)
        case 1:
            lines.append(b"Content-Encoding: deflate")
            return zlib.compress(body, 1)
        case 2:
            lines.append(b"Content-Encoding: gzip")  # a lie
    return body


def _framed(
    body: bytes, chance: random.Random, kinds: Counter[str], *, ends: bool
) -> tuple[bytes | None, bytes]:
    """The line that frames the body, and the body in that frame."""
    match chance.randrange(4):
        case 0:
            kinds["chunked"] += 1
            return b"Transfer-Encoding: chunked", _chunks(body, chance)
        case 1 if ends:
            return None, body
    return b"Content-Length: %d" % len(body), body


def _chunks(body: bytes, chance: random.Random) -> bytes:
    """All sizes and spellings that RFC 9112 section 7.1 has."""
    size = chance.choice((1, 7, 1000, 100_000))
    parts = [body[at : at + size] for at in range(0, len(body), size)][:2000]
    parts[-1:] = [b"".join(parts[-1:]) + body[size * len(parts) :]]
    spelling = chance.choice((b"%x", b"%x", b"%X", b"000%x", b"%x;a=b", b'%x;a="b;c"'))
    chunks = b"".join(spelling % len(part) + b"\r\n%b\r\n" % part for part in parts if part)
    trailer = chance.choice(
        (b"", b"", b"X-Trailer: 1\r\n" * 3, b"Content-Length: 9\r\nX-MBX-UUID: later\r\n")
    )
    return chunks + chance.choice((b"0", b"00", b"0;x")) + b"\r\n" + trailer + b"\r\n"


def odd_answer(tag: bytes, chance: random.Random, kinds: Counter[str]) -> Drawn:
    """One whose framing is wrong in one of the ways that are told apart here."""
    name = chance.choice(tuple(_ODD))
    kinds[name] += 1
    body = b'{"orderId":1,"tag":"%b"}' % tag
    status = chance.choice((200, 200, 400, 503))
    line, framed = _ODD[name](body, chance)
    return Drawn(b"HTTP/1.1 %d OK\r\nX-MBX-UUID: %b\r\n%b\r\n" % (status, tag, line) + framed, sound=False)


def _chunked(chunks: bytes) -> tuple[bytes, bytes]:
    return b"Transfer-Encoding: chunked\r\n", chunks


def _odd_chunk(body: bytes, chance: random.Random) -> tuple[bytes, bytes]:
    size = b"%x" % len(body)
    head = chance.choice(
        (b"0x" + size, b"-" + size, b"+" + size, b" " + size, size + b" ", b"f" * 17, b"", b"g", size[:1] + b"_" + size[1:])
    )  # fmt: skip
    return _chunked(head + b"\r\n" + body + b"\r\n0\r\n\r\n")


_ODD: Final[dict[str, Callable[[bytes, random.Random], tuple[bytes, bytes]]]] = {
    "short length": lambda body, chance: (
        b"Content-Length: %d\r\n" % (len(body) - chance.choice((1, 2, len(body)))),
        body,
    ),
    "long length": lambda body, chance: (
        b"Content-Length: %d\r\n" % (len(body) + chance.choice((1, 2, 2**31, 2**63))),
        body,
    ),
    "odd length": lambda body, chance: (
        b"Content-Length: " + chance.choice((b"+%d", b"-%d", b"0x%x", b"%d, 1", b"%d.0", b"%d_0")) % len(body) + b"\r\n",
        body,
    ),
    "two lengths": lambda body, chance: (
        b"Content-Length: %d\r\nContent-Length: %d\r\n" % (len(body), len(body) - chance.choice((0, 1))),
        body,
    ),
    "length and chunks": lambda body, chance: (
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % len(body),
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
    ),
    "no frame": lambda body, chance: (b"", body),
    "odd coding": lambda body, chance: (
        b"Transfer-Encoding: " + chance.choice((b"identity", b"gzip, chunked", b"chunked, chunked", b"\x0bchunked")) + b"\r\n",
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
    ),
    "odd chunk": _odd_chunk,
    "chunk without its end": lambda body, chance: _chunked(b"%x\r\n%b0\r\n\r\n" % (len(body), body)),
    "no last chunk": lambda body, chance: _chunked(b"%x\r\n%b\r\n" % (len(body), body)),
    "chunk in bare LF": lambda body, chance: _chunked(b"%x\n%b\n0\n\n" % (len(body), body)),
    "trailer without end": lambda body, chance: _chunked(
        b"%x\r\n%b\r\n0\r\n" % (len(body), body) + b"X-A: 1\r\n" * chance.choice((1, 200))
    ),
    "octets behind an empty body": lambda body, chance: (b"Content-Length: 0\r\n", body),
}  # fmt: skip
"""By name: the lines that frame it, and what follows the head."""

INTERIMS: Final = (
    b"100 Continue",
    b"102 Processing",
    b"103 Early Hints",
    b"199 X",
    b"101 Switching Protocols",
)


def interim(tag: bytes, chance: random.Random) -> bytes:
    """One to three interim answers and no other."""
    return b"".join(
        b"HTTP/1.1 %b\r\nX-A: %b\r\n\r\n" % (chance.choice(INTERIMS), tag)
        for _ in range(chance.choice((1, 1, 3)))
    )


def drawn_body(tag: bytes, chance: random.Random) -> tuple[str, bytes]:
    """A kind, and content of this kind that holds the tag."""
    text = tag.decode()
    match chance.randrange(16):
        case 0:
            deep = chance.choice(("[", '{"a":')) * chance.choice((11, 99, 900, DEEP, 20_000))
            return "deep", f'{{"code":-1121,"msg":"{text}","data":{deep}'.encode()
        case 1:
            pair = chance.choice((("[", "]"), ('{"a":', "}")))
            levels = chance.choice((11, 99, 101, 900, DEEP))
            return "deep, closed", f'{{"msg":"{text}","a":{pair[0] * levels}1{pair[1] * levels}}}'.encode()
        case 2:
            code = chance.choice(
                ("1.5", "null", "true", "{}", "[]", '""', "NaN", "1e999", "-0", "9" * 5000, '"\\ud800"')
            )
            return "odd code", f'{{"code":{code},"msg":"{text}"}}'.encode()
        case 3:
            msg = chance.choice(
                (b"\xff\xfe", b"\\ud800", b"\xed\xa0\x80", b"\\u0000\\u001b[2J", b"a b " * 9000)
            )
            return "odd message", b'{"code":-1121,"msg":"%b%b"}' % (tag, msg)
        case 4:
            return "large", tag + b"x" * chance.choice((65_535, 65_537, 200_000))
        case 5:
            return "page", b"<html>" + tag + b"</html>"
        case 6:
            return "UTF-16", json.dumps({"code": -1121, "msg": text}).encode("utf-16")
        case 7:
            return "wide", json.dumps([{"tag": text, "n": n} for n in range(400)]).encode()
    return "plain", b'{"orderId":1,"tag":"%b"}' % tag


def _body_that_waits(tag: bytes, chance: random.Random) -> tuple[str, bytes]:
    """With the codes that ask to wait, with a page of a firewall, or with what the status alone must say."""
    text = tag.decode()
    match chance.randrange(4):
        case 0:
            until = chance.choice(("1", "9" * 13, "1500000000000", "-1"))
            return "asks to wait: ban", f'{{"code":-1003,"msg":"banned until {until}. {text}"}}'.encode()
        case 1:
            limit = chance.choice(("50 orders per 10 SECOND", "0 orders per 0 DAY", "9 orders per 999 hour"))
            return (
                "asks to wait: orders",
                f'{{"code":-1015,"msg":"current limit is {limit} {text}"}}'.encode(),
            )
        case 2:
            return "asks to wait: page", b"<html>" + tag
    return "asks to wait: odd", f'{{"code":"-1003","msg":{{"a":"{text}"}}}}'.encode()


def mangled(octets: bytes, chance: random.Random) -> bytes:
    """One to three changes anywhere behind the status, which stays."""
    text = bytearray(octets)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(min(_STATUS_LINE, len(text)), min(len(text), 600) + 1)
        match chance.randrange(4):
            case 0 if at < len(text):
                text[at] = chance.randrange(256)
            case 1:
                del text[at : at + chance.choice((1, 2, 8, 64))]
            case 2:
                text[at:at] = text[at : at + chance.choice((4, 32))]
            case _:
                text[at:at] = chance.choice(_TOKENS)
    return bytes(text)
