"""Reading digests back from text. Each yields what the text may stand for, and never raises."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,128}")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,1400}={0,2}")


def from_hex(text: bytes) -> Iterator[bytes]:
    if _HEX.fullmatch(text):
        yield bytes.fromhex(text.decode("ascii"))


def from_base64(text: bytes) -> Iterator[bytes]:
    """Both alphabets, with or without padding; line breaks are ignored."""
    bare = text.translate(None, b"\r\n\t ")
    if not _BASE64.fullmatch(bare):
        return
    plain = bare.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        yield base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return
