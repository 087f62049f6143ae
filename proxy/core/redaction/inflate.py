"""Decompressing answers within a bound, to look into them. What the client gets is not touched."""

import zlib
from typing import Final

LARGEST: Final = 1024 * 1024
"""Octets after inflation; a bigger body is not looked at."""

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class UndecodedError(Exception):
    """The body cannot be looked into; `reason` is one word for the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def inflate(body: bytes, coding: bytes | None) -> bytes:
    """The body without its Content-Encoding. Raises UndecodedError."""
    label = (coding or b"").strip().lower()
    if label in {b"", b"identity"}:
        return body
    if label not in {b"gzip", b"x-gzip", b"deflate"}:
        raise UndecodedError(label.decode("ascii") if label in {b"br", b"zstd"} else "coding")
    try:
        return _bounded(body, _GZIP_OR_ZLIB)
    except zlib.error:
        if label != b"deflate":
            raise UndecodedError("malformed") from None
    try:  # some servers send deflate without the zlib header
        return _bounded(body, _RAW_DEFLATE)
    except zlib.error:
        raise UndecodedError("malformed") from None


def _bounded(body: bytes, window: int) -> bytes:
    machine = zlib.decompressobj(window)
    plain = machine.decompress(body, LARGEST)
    if machine.unconsumed_tail:
        raise UndecodedError("oversized")
    return plain
