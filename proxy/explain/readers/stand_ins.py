"""Stand-ins for values that the journal removed: other octets of the same kind, length and letters.

With them a kept shape can be looked at for symptoms. Nothing is ever recomputed over them. The marks are those of
`proxy.core.redaction.notation`.
"""

import hashlib
import re
from typing import Final
from urllib.parse import quote

MARK: Final = re.compile(r"<([a-z]{2,9}):([^<>\s\"]{0,120})>")
_DIGITS: Final = "1234567892345678913456789124567891235678912346789123457891234568"
_ALPHABETS: Final = {
    "A": "QWRTZPSDFGHKLXCVBNM",
    "a": "qwrtzpsdfghkxcvbnm",
    "0": "2345678",
    ".": "-_",
    "+": "+",
    "/": "/",
    "=": "=",
    "s": " ",
    "!": "*",
    "u": "é",
    "c": "\x01",
}
_LONGEST: Final = 4096
_LENGTHS: Final = {"1-4": 3, "5-8": 6, "9-16": 12, "17-32": 20, "33+": 40}


def stand_in(kind: str, rest: str) -> str:
    """The value that stands in for the mark `<kind:rest>`, as it would stand on the wire."""
    fields = rest.split(":")
    if kind == "sig":
        return _signature(fields)
    if kind == "amount":
        return _amount(fields[0])
    if kind in ("order", "id") and len(fields) == 2:
        return _DIGITS[: _number(fields[1])]
    if kind == "ip":
        return "192.0.2.1" if fields[-1] == "v4" else "2001:db8::1"
    if kind == "person":
        return _letters(fields[0], "a", _LENGTHS.get(fields[-1], 6))
    if kind == "secret":  # has the kind of secret where others have a tag
        fields = ["", *fields[1:]]
    seed, length, classes, escapes = [*fields, "", "", "", ""][:4]
    return _escaped(_letters(seed, classes, _number(length)), escapes)


def fill(text: str) -> str:
    """A redacted text with every mark replaced."""
    return MARK.sub(lambda found: stand_in(found[1], found[2]), text)


def _number(text: str) -> int:
    return min(int(text), _LONGEST) if text.isdigit() and len(text) < 9 else 0


def _letters(seed: str, classes: str, length: int) -> str:
    alphabets = [_ALPHABETS[one] for one in classes if one in _ALPHABETS] or [_ALPHABETS["a"]]
    dice = hashlib.shake_128(seed.encode("utf-8", "replace")).digest(max(length, 1) * 2)
    chosen = [alphabets[dice[2 * i] % len(alphabets)] for i in range(length)]
    for i, alphabet in enumerate(
        alphabets[: max(length - 1, 0)], 1
    ):  # each class occurs, none at the edges only
        chosen[i] = alphabet
    return "".join(alphabet[dice[2 * i + 1] % len(alphabet)] for i, alphabet in enumerate(chosen))


def _signature(fields: list[str]) -> str:
    form, length = fields[0], _number(fields[1]) if len(fields) > 1 else 0
    if form in ("hex", "HEX"):
        text = hashlib.shake_128(b"signature").hexdigest(length // 2 + 1)[:length]
        return text.upper() if form == "HEX" else text
    if form == "base64":
        text = _letters("signature", "Aa0", length)
        padded = text[:-2] + "==" if length > 2 and length % 4 == 0 else text
        return quote(padded, safe="") if len(fields) > 2 else padded
    if form == "other":
        return _letters("signature", fields[2] if len(fields) > 2 else "a", length)
    return ""


def _amount(size: str) -> str:
    sign = "-" if size.startswith("-") and not size.startswith("-0") else ""
    whole, _, fraction = size.lstrip("-").partition(".")
    places = _number(fraction)
    if sign and places and _number(whole) <= places:  # a negative magnitude: zeros behind the point
        return "0." + ("0" * _number(whole) + _DIGITS)[:places]
    number = _DIGITS[: _number(whole)] or "0"
    return sign + number + ("." + _DIGITS[:places] if places else "")


def _escaped(value: str, escapes: str) -> str:
    """The value as the letters behind a mark say: encoded once or twice, in upper or lower case, `+` for a blank."""
    letters = escapes.rstrip("0123456789")
    if not letters or "r" in letters:
        return value
    raw = quote(value, safe="-._~")
    if "d" in letters:
        raw = quote(raw, safe="-._~")
    if "l" in letters:
        raw = re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), raw)
    return raw.replace("%20", "+") if "p" in letters else raw
