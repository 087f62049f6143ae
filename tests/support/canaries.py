"""Values that must never be written, by kind, and the encodings they may come in. Each is new and random."""

import base64
import html
import json
import random
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

type Draw = Callable[[random.Random], str]
type Encoder = Callable[[str], str]

_ALNUM = string.ascii_letters + string.digits


def letters(draw: random.Random, alphabet: str, length: int) -> str:
    return "".join(draw.choice(alphabet) for _ in range(length))


def digits(draw: random.Random, length: int) -> str:
    """Digits that do not begin with 0 or 1, so that no timestamp of our time is one of them."""
    return draw.choice("23456789") + letters(draw, string.digits, length - 1)


def word(draw: random.Random, length: int) -> str:
    return letters(draw, string.ascii_lowercase, length).capitalize()


KINDS: dict[str, Draw] = {
    "hmac secret": lambda draw: letters(draw, _ALNUM, 64),
    "private key": lambda draw: base64.b64encode(draw.randbytes(48)).decode(),  # one line of PEM
    "passphrase": lambda draw: letters(draw, string.ascii_letters + "!?#* ", 18),
    "client token": lambda draw: base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("="),
    "one-time code": lambda draw: digits(draw, 6),
    "api key": lambda draw: letters(draw, _ALNUM, 64),
    "listen key": lambda draw: letters(draw, _ALNUM, 60),
    "listen token": lambda draw: letters(draw, _ALNUM + "-_", 90),
    "cookie": lambda draw: "p20t=" + letters(draw, _ALNUM, 40),
    "gift code": lambda draw: letters(draw, string.ascii_uppercase, 4) + digits(draw, 12),
    "signature": lambda draw: draw.randbytes(32).hex(),
    "person": lambda draw: f"{word(draw, 7)} {word(draw, 8)}",
    "person, Chinese": lambda draw: "".join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(4)),
    "nickname": lambda draw: f"p2p_{word(draw, 7)}_{digits(draw, 4)}",
    "user number": lambda draw: digits(draw, 9),
    "phone": lambda draw: "+49" + digits(draw, 10),
    "e-mail": lambda draw: f"{word(draw, 7).lower()}{digits(draw, 3)}@example.test",
    "bank account": lambda draw: "DE" + digits(draw, 20),
    "card": lambda draw: digits(draw, 16),
    "identity document": lambda draw: digits(draw, 17) + "X",
    "coin address": lambda draw: "0x" + draw.randbytes(20).hex(),
    "chat": lambda draw: f"please pay to {word(draw, 7)}, account {digits(draw, 10)}",
    "IPv4": lambda draw: ".".join(str(draw.randrange(20, 224)) for _ in range(4)),
    "IPv6": lambda draw: "2001:db8:" + ":".join(f"{draw.randrange(0x1000, 0x10000):x}" for _ in range(6)),
    "order number": lambda draw: digits(draw, 19),
}


def _base64_of(text: str, before: bytes = b"") -> str:
    return base64.b64encode(before + text.encode()).decode()


ENCODINGS: dict[str, Encoder] = {
    "raw": str,
    "case swapped": str.swapcase,
    "percent": lambda text: quote(text, safe=""),
    "full percent": lambda text: "".join(f"%{octet:02X}" for octet in text.encode()),
    "double percent": lambda text: quote(quote(text, safe=""), safe=""),
    "plus": quote_plus,
    "unicode escapes": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "html": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "html names": html.escape,
    "base64": _base64_of,
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, one octet later": lambda text: _base64_of(text, b"x"),
    "base64, two octets later": lambda text: _base64_of(text, b"xy"),
    "hex": lambda text: text.encode().hex(),
    "json in json": lambda text: json.dumps(json.dumps({"inner": text})),
}
"""As text; how a whole body may be compressed besides is the matter of the leak matrix."""
