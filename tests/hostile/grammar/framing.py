"""Kinds of hostile framing: protocols, versions, chunks, lengths, a second request hidden in a body."""

import random
from typing import Final

from tests.hostile.grammar.draft import Asked, Draft, any_case, any_draft, order, read
from tests.hostile.mutations import FIELDS, MUTATIONS, PLACES, placed

_PROTOCOLS: Final = (
    b"RTSP/1.0", b"RTSP/1.1", b"ICE/1.0", b"SIP/2.0", b"ICY/1.1", b"HTTPS/1.1", b"http/1.1", b"Http/1.1", b"HTTP", b"HTTP/", b"FTP/1.1",
    b"SMTP/1.1", b"GOPHER/1.1", b"H2C/1.1", b"XHTTP/1.1", b"HTTP\\1.1", b"HTTP:1.1", b"WS/1.1", b"SHTTP/1.1", b"HTCPCP/1.0", b"TLS/1.3",
)  # fmt: skip
_VERSIONS: Final = (
    b"HTTP/0.9", b"HTTP/1.2", b"HTTP/1.9", b"HTTP/2", b"HTTP/2.0", b"HTTP/3.0", b"HTTP/9.9", b"HTTP/1", b"HTTP/1.", b"HTTP/.1",
    b"HTTP/01.1", b"HTTP/1.10", b"HTTP/1.1x", b"HTTP/1,1", b"HTTP/+1.1", b"HTTP/1.1 x", b"HTTP/1. 1", b"HTTP/1.\xb1", b"HTTP/1.1\x00",
)  # fmt: skip
_GREETINGS: Final = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"SSH-2.0-OpenSSH_9.9\r\n", b"EHLO evil.test\r\n", b"\x05\x01\x00",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
    b"\r\n\r\n\r\n\r\n", b"*1\r\n$4\r\nPING\r\n", b"\x00" * 64, b"<policy-file-request/>\x00", b"GET /api/v3/account\r\n\r\n",
    b"CONNECT api.binance.com:443 HTTP/1.1\r\nHost: api.binance.com:443\r\n\r\n", b"\x04\x01\x00P\x7f\x00\x00\x01\x00", b"\r\n\r\nQUIT\r\n",
)  # fmt: skip
_SIZES: Final = (b"%x", b"%X", b"0%x", b"0000%x")
_EXTENSIONS: Final = (b"", b"", b";a=b", b';a="b;c"', b";a", b" ; a = b")
_WRONG_SIZES: Final = (
    b"0x%x", b"-%x", b"+%x", b" %x", b"%x_0", b"1000000000000000%x", b"", b"g", b"%x;a=b\n", b"%x\x00", b"%x\t\x0b", b"%x,%x", b"%x;a=\rb",
)  # fmt: skip
_CODINGS: Final = (
    b"chunked, chunked", b"gzip, chunked", b",chunked", b"chunked,", b"\xa0chunked", b"\x0bchunked", b"identity", b"chunked;q=1",
    b"xchunked", b"chunked\x00", b'"chunked"', b"", b"chunked identity", b"deflate", b"cow",
)  # fmt: skip
_LENGTHS: Final = (
    b"+%d", b"-%d", b"%d.0", b"0x%x", b"%d,%d", b"%d, %d", b"%d %d", b"%de0", b"\x0b%d", b"%d\x00", b"\xd9\xa1", b"", b"%d_0", b"9" * 40, b"'%d'",
)  # fmt: skip


def another_protocol(chance: random.Random) -> Asked:
    draft = any_draft(chance)
    draft.version = chance.choice(_PROTOCOLS)
    return draft.refused()


def another_version(chance: random.Random) -> Asked:
    draft = any_draft(chance)
    draft.version = chance.choice(_VERSIONS)
    return draft.refused()


def old_version(chance: random.Random) -> Asked:
    """HTTP/1.0 is served, without what it does not have."""
    draft = any_draft(chance)
    draft.version = b"HTTP/1.0"
    if chance.random() < 0.3:
        draft.framing = [b"Transfer-Encoding: chunked"]
        draft.body = _chunked(draft.body, chance)
        return draft.refused()
    return draft.with_lines(
        chance.choice((b"Connection: keep-alive", b"Connection: close", b"Expect: 100-continue", b"X-A: b")),
        chance=chance,
    ).asked()


def no_http(chance: random.Random) -> Asked:
    """Greetings of other protocols, alone or before a good request."""
    draft = any_draft(chance)
    greeting = chance.choice(_GREETINGS)
    if greeting.strip(b"\r\n") == b"" or chance.random() < 0.5:
        return Asked(greeting)
    return Asked(greeting + draft.octets(), {draft.mark: 1})


def odd_chunks(chance: random.Random) -> Asked:
    """All spellings that RFC 9112 section 7.1 has; small chunks, extensions, trailers."""
    draft = order(chance)
    draft.framing = [any_case(b"Transfer-Encoding", chance) + b": " + any_case(b"chunked", chance)]
    draft.body = _chunked(draft.body, chance)
    return draft.asked()


def wrong_chunks(chance: random.Random) -> Asked:
    """A size that is none, an end that is missing or in bare line feeds."""
    draft = order(chance)
    draft.body = draft.body or b"a=b"
    draft.framing = [b"Transfer-Encoding: chunked"]
    length = b"%x" % len(draft.body)
    match chance.randrange(4):
        case 0:
            draft.body = length + b"\n" + draft.body + b"\n0\n\n"
        case 1:
            draft.body = length + b"\r\n" + draft.body + b"x0\r\n\r\n"
        case 2:
            draft.body = b"0\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"
        case _:
            wrong = chance.choice(_WRONG_SIZES).replace(b"%x", length)
            draft.body = wrong + b"\r\n" + draft.body + b"\r\n0\r\n\r\n"
    return draft.refused()


def another_coding(chance: random.Random) -> Asked:
    draft = order(chance)
    draft.framing = [b"Transfer-Encoding: " + chance.choice(_CODINGS)]
    draft.body = _chunked(draft.body, chance)
    return draft.refused()


def odd_length(chance: random.Random) -> Asked:
    """One that is none, two of them, or one beside chunks."""
    draft = order(chance)
    draft.body = draft.body or b"a=b"
    right = b"Content-Length: %d" % len(draft.body)
    match chance.randrange(3):
        case 0:
            spelt = (
                chance.choice(_LENGTHS)
                .replace(b"%d", b"%d" % len(draft.body))
                .replace(b"%x", b"%x" % len(draft.body))
            )
            draft.framing = [b"Content-Length: " + spelt]
        case 1:
            draft.framing = [
                right,
                any_case(b"Content-Length", chance) + b": %d" % (len(draft.body) - chance.choice((0, 1))),
            ]
        case _:
            draft.framing = [right, b"Transfer-Encoding: chunked"]
            chance.shuffle(draft.framing)
            draft.body = _chunked(draft.body, chance)
    return draft.refused()


def hidden_request(chance: random.Random) -> Asked:
    """A body that holds a request, under two framings of which one is spoilt: whoever heeds the other one takes the
    rest of the body for a request of its own."""
    draft = order(chance)
    inner = Draft(b"DELETE", b"/api/v3/openOrders", b"%015d" % chance.randrange(10**15), b"symbol=SMUGGLED")
    hidden, spoilt, name = inner.octets(), chance.choice(MUTATIONS), chance.choice(FIELDS)
    place = chance.choice(PLACES)
    if name == "Transfer-Encoding":
        draft.body = b"0\r\n\r\n" + hidden
        right, line = b"Content-Length: %d" % len(draft.body), placed(name, b"chunked", spoilt, place)
    else:
        draft.body = b"%x\r\na=1&%b\r\n0\r\n\r\n" % (4 + len(hidden), hidden)
        right = b"Transfer-Encoding: chunked"
        line = placed(name, b"%d" % len(b"%x\r\na=1&" % (4 + len(hidden))), spoilt, place)
    draft.framing = [right, line.removesuffix(b"\r\n")]
    chance.shuffle(draft.framing)
    return Asked(draft.octets(), {draft.mark: 1, inner.mark: 0})


def cut_off(chance: random.Random) -> Asked:
    """The client ends in the middle, and says no more: what is not whole is not sent."""
    draft = chance.choice((read, order))(chance)
    octets = draft.octets()
    return Asked(octets[: chance.randrange(1, len(octets))], {draft.mark: 0}, hangs_up=True)


def _chunked(body: bytes, chance: random.Random) -> bytes:
    size = chance.choice((1, 2, 7, 1000))
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = b"".join(
        chance.choice(_SIZES).replace(b"%x", b"%x" % len(part))
        + chance.choice(_EXTENSIONS)
        + b"\r\n"
        + part
        + b"\r\n"
        for part in parts
    )
    trailer = chance.choice(
        (
            b"",
            b"",
            b"X-A: b\r\n",
            b"Host: evil.test\r\n",
            b"Content-Length: 5\r\n",
            b"X-Gateway-Dry-Run: 1\r\n",
        )
    )
    return chunks + chance.choice((b"0", b"00", b"0;a=b")) + b"\r\n" + trailer + b"\r\n"
