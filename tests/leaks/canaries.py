"""The 23 classes of planted values and the 17 encodings they come in. Values are new for each cell."""

import base64
import gzip
import random
import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # has no types

from tests.support.canaries import ENCODINGS as TEXT_ENCODINGS, KINDS, Draw, Encoder, digits, word

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

type Pack = Callable[[bytes], bytes]


def _either(draw: random.Random, one: str, other: str) -> str:
    return KINDS[one if draw.random() < 0.5 else other](draw)


CLASSES: dict[str, Draw] = {
    **{kind: draw for kind, draw in KINDS.items() if kind not in ("person, Chinese", "IPv4", "IPv6")},
    "person": lambda draw: _either(draw, "person", "person, Chinese"),
    "ip address": lambda draw: _either(draw, "IPv4", "IPv6"),
    "one-time code": lambda draw: digits(draw, 8),  # longer than most, so that chance does not find it
    "passphrase": lambda draw: (
        f"{word(draw, 2)}{KINDS['passphrase'](draw)}!"
    ),  # headers lose blanks at their ends
}
SECRETS = ("hmac secret", "private key", "passphrase", "client token")
"""Classes that the process itself may have loaded; half of their values are."""


ENCODINGS: dict[str, Encoder] = {
    **TEXT_ENCODINGS,
    "gzip": lambda text: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
    "deflate, br or zstd": lambda text: base64.b64encode(
        PACKINGS[(b"deflate", b"br", b"zstd")[len(text) % 3]](text.encode())
    ).decode(),
}
"""As text. Where a body can be compressed as a whole it is, under its Content-Encoding: see `packings`."""

PACKINGS: dict[bytes, Pack] = {
    b"gzip": lambda plain: gzip.compress(plain, mtime=0),
    b"deflate": zlib.compress,
    b"br": brotli.compress,
    b"zstd": zstd.compress,
}


def packings(encoding: str) -> tuple[bytes, ...]:
    """The content codings that an encoding means for a whole body; none for one of text."""
    return {"gzip": (b"gzip",), "deflate, br or zstd": (b"deflate", b"br", b"zstd")}.get(encoding, ())


UNPACKINGS: tuple[Callable[[bytes], bytes], ...] = (
    gzip.decompress,
    zlib.decompress,
    zstd.decompress,
    brotli.decompress,
)
UNPACKING_ERRORS = (OSError, EOFError, zlib.error, zstd.ZstdError, brotli.error, ValueError)
