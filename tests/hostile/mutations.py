"""Smuggling: octets slipped into the one header line that frames a body."""

from collections.abc import Iterator

_CONTROLS = tuple(bytes([octet]) for octet in (*range(0x20), 0x7F))
_HIGH = tuple(bytes([octet]) for octet in (0x80, 0x85, 0xA0, 0xAD, 0xBF, 0xC2, 0xFE, 0xFF))
_LOOKALIKES = (b"\xc2\xa0", b"\xe2\x80\x8b", b"\xe2\x80\xa8", b"\xc5\xbf", b"\xe2\x84\xaa", b"\xef\xbb\xbf")
"""No-break and zero-width space, line separator, the letters that Unicode lower-cases to s and k, a mark."""
_SYNTAX = (
    b" ",
    b"  ",
    b":",
    b"::",
    b",",
    b";",
    b'"',
    b"'",
    b"\\",
    b"%20",
    b"%0d%0a",
    b"(",
    b"=",
    b"x",
    b"+",
    b"-",
    b"_",
)
_LINES = (b"\r\n ", b"\r\n\t", b"\n ", b"\r\r\n", b"\r\nX: y\r\n", b"\nX: y\n", b"\r\n\r\n", b"\x00\r\n", b"\r\n:", b"\n\r")  # fmt: skip
MUTATIONS = _CONTROLS + _HIGH + _LOOKALIKES + _SYNTAX + _LINES

PLACES = ("before the name", "before the colon", "before the value", "after the value")
FIELDS = ("Content-Length", "Transfer-Encoding")
_INNER = b"DELETE /api/v3/openOrders?symbol=SMUGGLED HTTP/1.1\r\nHost: localhost\r\n\r\n"
_HEAD = b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\n"


def placed(field: str, value: bytes, mutation: bytes, place: str) -> bytes:
    """The header line `field: value` with the mutation in its place."""
    name = field.encode()
    match place:
        case "before the name":
            return mutation + name + b": " + value + b"\r\n"
        case "before the colon":
            return name + mutation + b": " + value + b"\r\n"
        case "before the value":
            return name + b":" + mutation + value + b"\r\n"
    return name + b": " + value + mutation + b"\r\n"


def smuggled(field: str, place: str) -> Iterator[tuple[bytes, bytes]]:
    """For each mutation: it, and a request with a second one hidden in its body.

    The other framing header is there and right, so that the body is whole whoever reads it; whoever heeds the
    mutated line instead would take the rest of the body for a request of its own.
    """
    for mutation in MUTATIONS:
        if field == "Transfer-Encoding":
            body = b"0\r\n\r\n" + _INNER
            right = b"Content-Length: %d\r\n" % len(body)
            line = placed(field, b"chunked", mutation, place)
        else:
            body = b"%x\r\na=1&%b\r\n0\r\n\r\n" % (4 + len(_INNER), _INNER)
            right = b"Transfer-Encoding: chunked\r\n"
            line = placed(field, b"%d" % (len(b"%x\r\na=1&" % (4 + len(_INNER)))), mutation, place)
        yield mutation, _HEAD + right + line + b"\r\n" + body
        yield mutation, _HEAD + line + right + b"\r\n" + body
