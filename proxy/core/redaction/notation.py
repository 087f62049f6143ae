"""How removed values are written: marks in angle brackets that keep the shape and drop the value.

    <kind:tag:length:characters[:escapes]>   text, key, bearer, name, path, and orders and ids that hold letters
    <order:tag:digits>  <id:tag:digits>      numbers, by how many digits they have
    <person:tag:script:length>               people, with the length as a range
    <ip:tag:v4>                              addresses
    <amount:4.8>                             magnitude: digits before and after the point; no tag
    <secret:kind:length:characters>          no tag either: nothing that depends on the secret's value
    <sig:hex:64[:escapes]>                   signatures, by their output encoding

A tag is 40 bits of HMAC-SHA-256(key, kind and value) in hex: equal values have equal tags under one key, and
nobody without the key can try values. `docs/journal.md` explains the letters to people.
"""

import re
import unicodedata
from typing import Final

from proxy.core.hmacs import HmacSha256

_HEX_DIGITS: Final = 10  # 40 bits
_LONGEST_KEY: Final = 64

_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_MAY_STAND_RAW: Final = bytes(o for o in range(0x21, 0x7F) if o not in b'"<>\\^`{|}#')
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _letter(octet: int) -> int:
    """The class letter of one octet."""
    character = chr(octet)
    if octet > 0x7E:
        return ord("u" if octet > 0x7F else "c")
    if character.isdigit():
        return ord("0")
    if character.isalpha():
        return ord("A" if character.isupper() else "a")
    if character in " \t\r\n":
        return ord("s")
    if octet < 0x20:
        return ord("c")
    if character in "-._~":
        return ord(".")
    return octet if character in "+/=" else ord("!")


_LETTERS: Final = bytes(_letter(octet) for octet in range(256))
_ALL_LETTERS: Final = "".join(map(chr, sorted(set(_LETTERS))))
_SHORT: Final = 128  # octets; longer values are asked for each class, without an object for each octet
_TAGGED: Final = re.compile(r"<(key|bearer|person|ip|order|id|text|name|path):([0-9a-f]{10})(?=[:>])")
_ESCAPED: Final = re.compile(rb"%([0-9A-Fa-f]{2})?")
_LOOKED_AT: Final = 512  # octets: a value keeps to one style
_LENGTHS: Final = ((4, "1-4"), (8, "5-8"), (16, "9-16"), (32, "17-32"))
_HEXES: Final = re.compile(rb"[0-9a-fA-F]+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9_-]+={0,2}")


class Tagger:
    """Makes tags under one key."""

    __slots__ = ("_hmac",)

    def __init__(self, key: bytes) -> None:
        """`key`: 32 random octets. They must never be stored or sent beside what was tagged for others."""
        if len(key) > _LONGEST_KEY:
            raise ValueError("a tag key has at most 64 octets")
        self._hmac = HmacSha256(key)

    def tag(self, kind: str, value: bytes) -> str:
        """Ten hex digits; `kind` keeps a phone number and an order number of equal digits apart."""
        return self._hmac.hexdigest(kind.encode("ascii") + b"\0" + value)[:_HEX_DIGITS]

    def retag(self, text: str) -> str:
        """The text with every tag made anew under this key, to hand it out: equal values keep equal tags."""
        return _TAGGED.sub(self._again, text)

    def _again(self, found: re.Match[str]) -> str:
        kind, old = found.groups()
        return f"<{kind}:{self.tag(kind, old.encode('ascii'))}"


def tags_in(text: str) -> list[tuple[str, str]]:
    """Kind and tag of every tagged mark in a redacted text, in order."""
    return [(found[1], found[2]) for found in _TAGGED.finditer(text)]


def characters(value: bytes) -> str:
    """The classes of octets that occur: `A` `a` `0` letters and digits, `.` for -._~, `+` `/` `=` themselves,
    `s` white space, `!` other punctuation, `u` beyond ASCII, `c` control."""
    if len(value) <= _SHORT:
        return bytes(sorted(set(value.translate(_LETTERS)))).decode("ascii")
    classes = value.translate(_LETTERS)
    return "".join(letter for letter in _ALL_LETTERS if ord(letter) in classes)


def measure(value: bytes) -> str:
    """`length:characters` of a decoded value, in octets."""
    return f"{len(value)}:{characters(value)}"


def escapes(raw: bytes) -> str:
    """How a value stood on the wire: `:` and letters, then its raw octets; empty for a plain one.

    `U` `l` escapes in upper or lower case, `n` an escape that was not needed, `d` escaped twice, `x` a lone
    percent sign, `p` a plus, `r` an octet that must not stand raw.
    """
    letters = _percent_letters(_beginning(raw)) if b"%" in raw else ""
    if b"+" in raw:
        letters += "p"
    if raw.translate(None, _MAY_STAND_RAW):
        letters += "r"
    return f":{letters}{len(raw)}" if letters else ""


def _beginning(raw: bytes) -> bytes:
    """What is looked at, without an escape that would be cut in two."""
    if len(raw) <= _LOOKED_AT:
        return raw
    start = raw[:_LOOKED_AT]
    cut = start.rfind(b"%", -2)
    return start[:cut] if cut >= 0 else start


def _percent_letters(raw: bytes) -> str:
    letters: set[str] = set()
    for found in _ESCAPED.finditer(raw):
        digits = found[1]
        if digits is None:
            letters.add("x")
            continue
        if digits.lower() != digits.upper():
            letters.add("U" if digits == digits.upper() else "l")
        octet = int(digits, 16)
        if octet in _UNRESERVED:
            letters.add("n")
        following = raw[found.end() : found.end() + 2]
        if octet == 0x25 and len(following) == 2 and _HEX.issuperset(following):
            letters.add("d")
    return "".join(sorted(letters)) or "U"  # digits only, as in %20, are in either case


def magnitude(text: str) -> str:
    """A decimal by its size: digits before and after the point, the sign kept, zero as 0."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    size = len(whole.lstrip("0"))
    if not size and fraction:
        size = -(len(fraction) - len(fraction.lstrip("0"))) if fraction.strip("0") else 0
    return f"<amount:{sign}{size}.{len(fraction)}>"


def signature_mark(raw: bytes, value: bytes) -> str:
    """A signature by its encoding and length; `raw` is the value as it stood, `value` percent-decoded."""
    if not value:
        return "<sig:empty:0>"
    if _HEXES.fullmatch(value):
        form = "hex" if value == value.lower() else "HEX"
    elif _BASE64.fullmatch(value):
        form = "base64"
    else:
        return f"<sig:other:{measure(value)}{escapes(raw)}>"
    return f"<sig:{form}:{len(value)}{escapes(raw) if b'%' in raw else ''}>"


def script_of(text: str) -> str:
    """The script of the first letter (latin, cjk, cyrillic, arabic ...); `digits` or `other` without one."""
    if text.isdecimal():
        return "digits"
    for character in text[:64]:
        if character.isalpha():
            return unicodedata.name(character, "other").split(" ", 1)[0].lower()
    return "digits" if any(character.isdigit() for character in text) else "other"


def length_range(length: int) -> str:
    """A length that does not single anybody out."""
    return next((name for most, name in _LENGTHS if length <= most), "33+")
