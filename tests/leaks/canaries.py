"""The 23 classes of planted values and the 16 encodings they come in, written out. Values are new for each cell."""

import base64
import gzip
import json
import random
import string
import zlib
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import brotli

try:
    from backports import zstd
except ImportError:  # a part of Python from 3.14 on
    from compression import zstd

type Draw = Callable[[random.Random], str]
type Dress = Callable[[str], str]
type Pack = Callable[[bytes], bytes]

_ALNUM = string.ascii_letters + string.digits


def _letters(draw: random.Random, alphabet: str, length: int) -> str:
    return "".join(draw.choice(alphabet) for _ in range(length))


def _digits(draw: random.Random, length: int) -> str:
    """Digits that do not begin with 0 or 1, so that no timestamp of our time is one of them."""
    return draw.choice("23456789") + _letters(draw, string.digits, length - 1)


def _word(draw: random.Random, length: int) -> str:
    return _letters(draw, string.ascii_lowercase, length).capitalize()


def _person(draw: random.Random) -> str:
    """In Latin or in Chinese letters."""
    if draw.random() < 0.5:
        return f"{_word(draw, 7)} {_word(draw, 8)}"
    return "".join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(4))


def _address(draw: random.Random) -> str:
    """IPv4 or IPv6."""
    if draw.random() < 0.5:
        return ".".join(str(draw.randrange(100, 224)) for _ in range(4))
    return "2001:db8:" + ":".join(f"{draw.randrange(0x1000, 0x10000):x}" for _ in range(6))


CLASSES: dict[str, Draw] = {
    "hmac secret": lambda draw: _letters(draw, _ALNUM, 64),
    "private key": lambda draw: base64.b64encode(draw.randbytes(48)).decode(),
    "passphrase": lambda draw: _word(draw, 2) + _letters(draw, string.ascii_letters + "!?#* ", 15) + "!",
    "client token": lambda draw: base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("="),
    "one-time code": lambda draw: _digits(draw, 8),  # longer than most, so that chance does not find it
    "api key": lambda draw: _letters(draw, _ALNUM, 64),
    "listen key": lambda draw: _letters(draw, _ALNUM, 60),
    "listen token": lambda draw: _letters(draw, _ALNUM + "-_", 90),
    "cookie": lambda draw: "p20t=" + _letters(draw, _ALNUM, 40),
    "gift code": lambda draw: _letters(draw, string.ascii_uppercase, 4) + _digits(draw, 12),
    "signature": lambda draw: draw.randbytes(32).hex(),
    "person": _person,
    "nickname": lambda draw: f"p2p_{_word(draw, 7)}_{_digits(draw, 4)}",
    "user number": lambda draw: _digits(draw, 9),
    "phone": lambda draw: "+49" + _digits(draw, 10),
    "e-mail": lambda draw: f"{_word(draw, 7).lower()}{_digits(draw, 3)}@example.test",
    "bank account": lambda draw: "DE" + _digits(draw, 20),
    "card": lambda draw: _digits(draw, 16),
    "identity document": lambda draw: _digits(draw, 17) + "X",
    "coin address": lambda draw: "0x" + draw.randbytes(20).hex(),
    "chat": lambda draw: f"please pay to {_word(draw, 7)}, account {_digits(draw, 10)}",
    "ip address": _address,
    "order number": lambda draw: _digits(draw, 19),
}
SECRETS = ("hmac secret", "private key", "passphrase", "client token")
"""Classes that the process itself may have loaded; half of their values are."""


def _base64_of(text: str, before: bytes = b"") -> str:
    return base64.b64encode(before + text.encode()).decode()


ENCODINGS: dict[str, Dress] = {
    "raw": str,
    "case swapped": str.swapcase,
    "percent": lambda text: quote(text, safe=""),
    "full percent": lambda text: "".join(f"%{octet:02X}" for octet in text.encode()),
    "double percent": lambda text: quote(quote(text, safe=""), safe=""),
    "plus": quote_plus,
    "unicode escapes": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "html": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "base64": _base64_of,
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, one octet later": lambda text: _base64_of(text, b"x"),
    "base64, two octets later": lambda text: _base64_of(text, b"xy"),
    "hex": lambda text: text.encode().hex(),
    "json in json": lambda text: json.dumps(json.dumps({"inner": text})),
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
