"""Kinds of hostile bodies and parameters: charsets, forms, repeated names, requests that were signed before, depth."""

import json
import random
from collections.abc import Callable
from typing import Final
from urllib.parse import quote_from_bytes

from tests.hostile.grammar.draft import FORM, Asked, Draft, any_case, any_draft, order

_CHARSETS: Final[dict[bytes, str]] = {
    b"IBM037": "cp037", b"ibm-500": "cp500", b"UTF-16BE": "utf-16-be", b"UTF-16LE": "utf-16-le", b"UTF-16": "utf-16",
    b"UTF-32BE": "utf-32-be", b"UTF-7": "utf-7", b"Shift_JIS": "shift_jis", b"GB18030": "gb18030", b"ISO-2022-JP": "iso2022_jp",
    b"x-user-defined": "latin-1", b"\xff": "latin-1", b"utf-8, IBM037": "cp037", b"IBM1047": "cp037", b"windows-1252": "cp1252",
}  # fmt: skip
"""None of these is UTF-8, or a part of it."""
_LABELS: Final = (
    b"application/x-www-form-urlencoded", b"application/json", b"text/plain", b"application/octet-stream", b"", b"x", b"/",
    b"multipart/form-data; boundary=x", b"application/xml", b"application/x-www-form-urlencoded;charset=utf-8",
    b'application/x-www-form-urlencoded; charset="UTF-8"', b"application/json, text/plain", b"APPLICATION/JSON",
    b"application/x-www-form-urlencoded;;;charset", b"text/plain; charset=iso-8859-1", b"\xff/\xfe",
)  # fmt: skip
_BODIES: Final[tuple[Callable[[random.Random], bytes], ...]] = (
    lambda chance: b"",
    lambda chance: b"{}",
    lambda chance: b"[]",
    lambda chance: b'{"symbol":"BTCUSDT","quantity":%d}' % chance.randrange(10**9),
    lambda chance: b'[{"symbol":"BTCUSDT"},{"symbol":1e999}]',
    lambda chance: b'{"a":1,"a":2}',
    lambda chance: b"symbol=BTCUSDT;quantity=%d" % chance.randrange(10**9),
    lambda chance: b"a=%00&b=%0d%0a&c=%ff&d=%&e=%zz&f=%u1234",
    lambda chance: b"a+b=c+d&=&&=x&y",
    lambda chance: b"\xef\xbb\xbfa=b",
    lambda chance: b"a=b\r\nc=d\r\n",
    lambda chance: b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    lambda chance: b"<a>b</a>",
    lambda chance: chance.randbytes(chance.choice((1, 60, 3000))),
    lambda chance: b"a=" + b"b" * chance.choice((60_000, 65_536, 70_000)),
    lambda chance: b"&".join(b"a%d=1" % number for number in range(chance.choice((100, 2000)))),
)
_NAMES: Final = (
    b"symbol", b"quantity", b"side", b"type", b"price", b"newClientOrderId", b"recvWindow", b"timestamp", b"signature",
    b"X-MBX-APIKEY", b"apiKey", b"quoteOrderQty", b"amount", b"", b"__proto__", b"symbol[]", b"symbol[0]",
)  # fmt: skip
_VALUES: Final = (
    b"BTCUSDT", b"1", b"", b"-1", b"1e999", b"%2B1", b"%EF%BC%91", b"0.1%0A", b"%00", b"\\u0031", b"[]", b"%5B%5D", b"true", b"9" * 400,
    b"1700000000000", b"a" * 64, b"60001", b"%FF",
)  # fmt: skip
_DEEP: Final = (("[", "]"), ('{"a":', "}"), ('[{"a":', "}]"))


def another_charset(chance: random.Random) -> Asked:
    """A form in a charset in which the gateway and an exchange would read other parameters."""
    name = chance.choice(tuple(_CHARSETS))
    draft = order(chance)
    draft.query, draft.lines = b"", []
    text = f"symbol=BTCUSDT&quantity={chance.randrange(10**9)}".encode(_CHARSETS[name])
    escaped = quote_from_bytes(text).replace("%3D", "=").encode()
    draft.body = chance.choice((text, escaped))
    blank = chance.choice((b"", b" ", b"\t"))
    label = FORM + b";" + blank + any_case(b"charset", chance) + b"=" + any_case(name, chance)
    return draft.with_lines(label, chance=chance).asked("unsupported_media_type")


def body_and_label(chance: random.Random) -> Asked:
    """Any body under any label; what goes out must fit its label and its signature."""
    draft = order(chance)
    draft.method = chance.choice((b"POST", b"POST", b"PUT", b"DELETE", b"GET"))
    draft.body = chance.choice(_BODIES)(chance)
    draft.lines = [b"Content-Type: " + chance.choice(_LABELS)] if chance.random() < 0.8 else []
    return draft.asked()


def compressed_body(chance: random.Random) -> Asked:
    coding = chance.choice((b"gzip", b"deflate", b"br", b"zstd", b"identity, gzip", b"", b"x-gzip"))
    draft = order(chance).with_lines(any_case(b"Content-Encoding", chance) + b": " + coding, chance=chance)
    return draft.asked("content_encoding_refused")


def name_again(chance: random.Random) -> Asked:
    """Names twice, in query and body, escaped or in another case: what is signed is what is sent, once each."""
    draft = order(chance)
    for _ in range(chance.choice((1, 2, 4))):
        name = _spelt(chance.choice(_NAMES), chance)
        _put(draft, name + chance.choice((b"=", b"=", b"")) + chance.choice(_VALUES), chance)
    return draft.asked()


def signed_before(chance: random.Random) -> Asked:
    """By a client with a key of its own: signature, time and key, in any place and number."""
    draft = any_draft(chance)
    signature = chance.choice(
        (b"a" * 64, b"", b"A" * 64, b"x%2By%3D", b"0" * 63, b"a" * 64 + b"&signature=" + b"b" * 64)
    )
    pieces = [
        b"signature=" + signature,
        b"timestamp=%d" % chance.randrange(10**14),
        b"recvWindow=%d" % chance.randrange(10**6),
    ]
    for piece in chance.sample(pieces, chance.choice((1, 2, 3))):
        name, _, value = piece.partition(b"=")
        _put(draft, _spelt(name, chance) + b"=" + value, chance)
    if chance.random() < 0.5:
        draft.with_lines(b"X-MBX-APIKEY: " + chance.choice((b"x" * 64, b"", b"dummy")), chance=chance)
    return draft.asked()


def deep_or_wide(chance: random.Random) -> Asked:
    """JSON that no reader reads to its end."""
    draft = order(chance)
    opening, closing = chance.choice(_DEEP)
    levels = chance.choice((99, 900, 1500, 5000))
    text = chance.choice((
        opening * levels + "1" + closing * levels,
        opening * levels,
        '{"quantity":' + "9" * chance.choice((400, 5000)) + "}",
        json.dumps({f"a{number}": number for number in range(1000)}),
        '{"code":' + "-" * 5000 + "}",
    ))  # fmt: skip
    if chance.random() < 0.7:
        draft.body, draft.lines = text.encode()[:60_000], [b"Content-Type: application/json"]
    else:
        draft.path, draft.query = (
            b"/fapi/v1/batchOrders",
            b"batchOrders=" + quote_from_bytes(text[:2000].encode()).encode(),
        )
    return draft.asked()


def _put(draft: Draft, piece: bytes, chance: random.Random) -> None:
    """Among the pieces of query or body."""
    in_body = bool(draft.body) and chance.random() < 0.5
    pieces = [one for one in (draft.body if in_body else draft.query).split(b"&") if one]
    pieces.insert(chance.randrange(len(pieces) + 1), piece)
    if in_body:
        draft.body = b"&".join(pieces)
    else:
        draft.query = b"&".join(pieces)


def _spelt(name: bytes, chance: random.Random) -> bytes:
    """As it is, with a letter escaped, or in another case."""
    if name and chance.random() < 0.3:
        at = chance.randrange(len(name))
        return name[:at] + b"%%%02x" % name[at] + name[at + 1 :]
    return any_case(name, chance) if chance.random() < 0.3 else name
