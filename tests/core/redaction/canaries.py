"""Planted values, the dresses they can come in, and an independent search for them in text."""

import base64
import html
import json
import random
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

type Dress = Callable[[str], str]


def _letters(draw: random.Random, alphabet: str, length: int) -> str:
    return "".join(draw.choice(alphabet) for _ in range(length))


_ALNUM = string.ascii_letters + string.digits


def kinds(draw: random.Random) -> dict[str, str]:
    """One random value of each kind that must never be written."""
    digits = string.digits

    def nonzero(length: int) -> str:
        return draw.choice("23456789") + _letters(draw, digits, length - 1)

    name = _letters(draw, string.ascii_lowercase, 7).capitalize()
    return {
        "hmac secret": _letters(draw, _ALNUM, 64),
        "api key": _letters(draw, _ALNUM, 64),
        "listen key": _letters(draw, _ALNUM, 60),
        "listen token": _letters(draw, _ALNUM + "-_", 90),
        "client token": base64.urlsafe_b64encode(draw.randbytes(32)).decode().rstrip("="),
        "passphrase": _letters(draw, string.ascii_letters + "!?#* ", 18),
        "pem line": base64.b64encode(draw.randbytes(48)).decode(),
        "signature": draw.randbytes(32).hex(),
        "cookie": "p20t=" + _letters(draw, _ALNUM, 40),
        "gift code": _letters(draw, string.ascii_uppercase, 4) + nonzero(12),
        "one-time code": nonzero(6),
        "person": f"{name} {_letters(draw, string.ascii_lowercase, 8).capitalize()}",
        "person, Chinese": "".join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(4)),
        "nickname": f"p2p_{name}_{nonzero(4)}",
        "phone": "+49" + nonzero(10),
        "e-mail": f"{name.lower()}{nonzero(3)}@example.test",
        "card": nonzero(16),
        "iban": "DE" + nonzero(20),
        "identity number": nonzero(17) + "X",
        "coin address": "0x" + draw.randbytes(20).hex(),
        "ipv4": ".".join(str(draw.randrange(20, 224)) for _ in range(4)),
        "ipv6": "2001:db8:" + ":".join(f"{draw.randrange(0x1000, 0x10000):x}" for _ in range(6)),
        "order number": nonzero(19),
        "user id": nonzero(9),
        "chat": f"please pay to {name}, account {nonzero(10)}",
    }


def _utf8(encode: Callable[[bytes], bytes], shift: int = 0) -> Dress:
    return lambda text: encode(b"x" * shift + text.encode()).decode("ascii")


ENCODINGS: dict[str, Dress] = {
    "raw": str,
    "case swapped": str.swapcase,
    "percent": lambda text: quote(text, safe=""),
    "full percent": lambda text: "".join(f"%{octet:02X}" for octet in text.encode()),
    "double percent": lambda text: quote(quote(text, safe=""), safe=""),
    "plus": quote_plus,
    "unicode escapes": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "html": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "html names": html.escape,
    "base64": _utf8(base64.b64encode),
    "base64url": _utf8(base64.urlsafe_b64encode),
    "base64, one later": _utf8(base64.b64encode, 1),
    "base64, two later": _utf8(base64.b64encode, 2),
    "hex": lambda text: text.encode().hex(),
    "json in json": lambda text: json.dumps(json.dumps({"inner": text})),
}


def needles(canary: str) -> dict[str, str]:
    """What to look for, by encoding; letter case is dropped."""
    wanted: dict[str, str] = {}
    for name, dress in ENCODINGS.items():
        shown = dress(canary).lower()
        if name.startswith("base64"):  # the digits that do not depend on neighbours
            digits = dress(canary).rstrip("=")
            shown = digits.lower()[3:-2] if len(digits) > 10 else digits.lower()
        elif name == "json in json":
            shown = json.dumps(json.dumps(canary)[1:-1])[1:-1].lower()
        if len(shown.encode()) >= 6:
            wanted.setdefault(shown, name)
    return wanted


def found_in(text: str, wanted: dict[str, str]) -> str | None:
    """The encoding in which one of the `needles` stands in the text, or None."""
    folded = text.lower()
    return next((name for needle, name in wanted.items() if needle in folded), None)
