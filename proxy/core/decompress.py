"""Answers without their Content-Encoding, to look into them within a bound. What the client gets is not touched.

gzip and deflate only: what else a client asked for, it reads itself.
"""

import zlib
from typing import Final

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_RAW_DEFLATE: Final = -zlib.MAX_WBITS
_NAMED: Final = frozenset({b"br", b"zstd"})
"""Codings that are told by name where they cannot be read."""


class UndecodedError(Exception):
    """The body cannot be looked into; `reason` is one word for the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decompressed(body: bytes, coding: bytes | None, limit: int) -> tuple[bytes, bool]:
    """At most `limit` octets of the body, and whether that is all of it. `coding`: the header's value.

    A body that ends before its coding does gives what there is. Raises UndecodedError.
    """
    label = (coding or b"").strip().lower()
    if label in (b"", b"identity"):
        return body[:limit], len(body) <= limit
    if label not in (b"gzip", b"x-gzip", b"deflate"):
        raise UndecodedError(label.decode("ascii") if label in _NAMED else "coding")
    try:
        return _within(body, _GZIP_OR_ZLIB, limit)
    except zlib.error:
        if label != b"deflate":
            raise UndecodedError("malformed") from None
    try:  # some servers send deflate without the zlib header
        return _within(body, _RAW_DEFLATE, limit)
    except zlib.error:
        raise UndecodedError("malformed") from None


def _within(body: bytes, window: int, limit: int) -> tuple[bytes, bool]:
    machine = zlib.decompressobj(window)
    plain = machine.decompress(body, limit)
    return plain, len(plain) < limit or not _more(machine)


def _more(machine: "zlib._Decompress") -> bool:
    """Whether anything stands behind the limit: an octet may be held back inside, and damage is not the end."""
    try:
        return bool(machine.decompress(machine.unconsumed_tail, 1))
    except zlib.error:
        return True
