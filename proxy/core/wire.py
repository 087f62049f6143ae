"""Octets of a request, kept as they came.

Everything here works on raw octets and cuts *beside* them, never decodes and re-encodes: what is signed
must be what is sent (Binance spot rest-api.md, "SIGNED endpoint security"). A *pair* is one `name=value`
between two `&`, with its octets as they stand on the wire.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

type Header = tuple[bytes, bytes]

KEPT: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,;:@/?[]%&="
)
"""Octets that travel unchanged in a query or a form: RFC 3986 query characters, the brackets that the
prediction endpoints want raw, and `%` (a lone one is the caller's business)."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Of UTF-8: some editors and PowerShell put it before a text."""
_ESCAPES: Final = tuple(bytes((o,)) if o in KEPT else b"%%%02X" % o for o in range(256))
_KEPT_OCTETS: Final = bytes(sorted(KEPT))


class BodyKind(StrEnum):
    """What a body is by its octets, whatever its label says (real clients mislabel both kinds)."""

    EMPTY = "empty"
    FORM = "form"
    JSON = "json"
    OTHER = "other"


class RawRequest(Struct, frozen=True):
    """One request as octets: the same shape for what a client sent and for what goes out."""

    method: str
    target: bytes  # origin-form: path and query as on the wire
    headers: tuple[Header, ...]
    body: bytes = b""

    @property
    def path(self) -> bytes:
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> bytes:
        return self.target.partition(b"?")[2]

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, its name compared without case; None when absent."""
        return first_value(self.headers, name)

    def header_values(self, name: bytes) -> list[bytes]:
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


def first_value(headers: tuple[Header, ...], name: bytes) -> bytes | None:
    """The first value of a header, its name compared without case; None when absent."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def split_pairs(raw: bytes) -> list[bytes]:
    """The pairs of a raw query or form in wire order, empty ones included; `b""` has none."""
    return raw.split(b"&") if raw else []


def percent_decoded(raw: bytes) -> bytes:
    """Every `%XX` as its octet, once; a `%` without two hex digits stays (as `urllib.parse.unquote_to_bytes` does).

    That one takes 6 ms for 60 KB of escapes. Written in Python's way, as `\\xNN`, they are decoded in C.
    """
    if b"%" not in raw:
        return raw
    try:
        return _by_codec(raw)
    except UnicodeDecodeError:
        return _by_codec(_LONE_PERCENT.sub(b"%25", raw))


def _by_codec(raw: bytes) -> bytes:
    return raw.replace(b"\\", rb"\\").replace(b"%", rb"\x").decode("unicode_escape").encode("latin-1")


_LONE_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def pair_name(pair: bytes) -> bytes:
    """The name of a raw pair, percent-decoded (`+` stays `+`: no Binance name holds a space)."""
    name = pair.partition(b"=")[0]
    return percent_decoded(name) if b"%" in name else name


def pair_value(pair: bytes) -> bytes:
    """The value of a raw pair as it stands, not decoded."""
    return pair.partition(b"=")[2]


def find_pairs(raw: bytes, name: bytes) -> list[bytes]:
    """All pairs of a raw query or form whose decoded name is exactly `name`."""
    if len(raw) <= _FEW_OCTETS or not name:
        return [pair for pair in split_pairs(raw) if pair_name(pair) == name]
    return [found[1] for found in _pattern_of(name).finditer(b"&" + raw)]


class Stretch(NamedTuple):
    """Where a pair stands in a raw query or form, and its octets."""

    start: int
    end: int
    pair: bytes


def last_signature(raw: bytes) -> bytes | None:
    """The raw value of the last pair named `signature`; None where there is none."""
    last = None
    for last in _SIGNATURE_PAIR.finditer(b"&" + raw):  # noqa: B007  # its last value is what is asked for
        pass
    return pair_value(last[1]) if last else None


def without_signatures(raw: bytes) -> bytes:
    """A raw query or form without its `signature` pairs and the `&` that joined each."""
    return _SIGNATURE_PAIR.sub(b"", b"&" + raw)[1:]


def signature_pairs(raw: bytes) -> Iterator[Stretch]:
    """The `signature` pairs, in wire order."""
    return (
        Stretch(found.start(), found.end() - 1, found[1]) for found in _SIGNATURE_PAIR.finditer(b"&" + raw)
    )


def pair_pattern(*names: bytes, any_case: tuple[bytes, ...] = ()) -> re.Pattern[bytes]:
    """Finds the pairs of these names, octets of which may be escaped, in `b"&" + raw`; group 1 is the pair.

    A name has just these spellings, so the pair is matched as a whole in C; the pattern begins with one octet, so
    that thousands of other pairs cost next to nothing.
    """
    exact = [tuple(map(_octet, name)) for name in names]
    both = [
        tuple(o.lower() + o.upper() if o.isalpha() else o for o in map(_octet, name)) for name in any_case
    ]
    begin = re.escape(b"".join([name[0] for name in (*exact, *both)]))
    spelt = b"|".join([b"".join(map(_spellings, name)) for name in (*exact, *both)])
    return re.compile(b"&(?=[%" + begin + b"])((?:" + spelt + b")(?![^=&])[^&]*)")


_pattern_of: Final = lru_cache(maxsize=256)(pair_pattern)
_FEW_OCTETS: Final = 1024
"""Less than this is sooner split than a pattern is made."""


def _octet(octet: int) -> bytes:
    return bytes((octet,))


def _spellings(octets: bytes) -> bytes:
    """A pattern for one of these octets, raw or as an escape in either case."""
    forms = [form for octet in octets for form in (re.escape(_octet(octet)), _escape(octet))]
    return b"(?:" + b"|".join(forms) + b")"


def _escape(octet: int) -> bytes:
    digits = (b"[%c%c]" % (d, d | 0x20) if d > 0x39 else b"%c" % d for d in b"%02X" % octet)
    return b"%" + b"".join(digits)


_SIGNATURE_PAIR: Final = pair_pattern(b"signature")


def escape_illegal(raw: bytes) -> bytes:
    """Percent-encode, in upper case, each octet that must not stand raw in a query or form.

    Since 2026-01-15 Binance refuses payloads that were signed before encoding; an octet the caller has
    already escaped is kept, so nothing is ever encoded twice.
    """
    return b"".join([_ESCAPES[octet] for octet in raw]) if needs_escape(raw) else raw


def needs_escape(raw: bytes) -> bool:
    """Whether an octet in it must not travel raw."""
    return bool(raw.translate(None, _KEPT_OCTETS))


def body_kind(body: bytes, content_type: bytes | None) -> BodyKind:
    """What the body is, decided by its octets.

    `{` or `[` first is JSON, also behind a byte order mark; `name=value` is a form. A body that is neither counts as
    what a form or JSON label claims, and as OTHER under any other label.
    """
    if not body:
        return BodyKind.EMPTY
    label = media_type(content_type)
    start = body.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\r\n")[:1]
    if start in (b"{", b"["):
        return BodyKind.JSON
    if label == "application/json" and b"=" not in body:
        return BodyKind.JSON
    if b"=" in body or label == "application/x-www-form-urlencoded":
        return BodyKind.FORM
    return BodyKind.OTHER


def charset(content_type: bytes | None) -> str:
    """The `charset` of a Content-Type value in lower case; `""` when absent. Where several stand there, and they
    differ, no name of a charset: readers would differ in which one counts."""
    if not content_type or b";" not in content_type:
        return ""
    pairs = (part.partition(b"=") for part in content_type.split(b";")[1:])
    found = {
        value.strip(b" \t\"'").lower().decode("latin-1")
        for name, _, value in pairs
        if name.strip().lower().rstrip(b"*0123456789") == b"charset"  # RFC 8187 has forms with a star
    }
    return found.pop() if len(found) == 1 else ",".join(sorted(found))


def media_type(content_type: bytes | None) -> str:
    """The bare media type of a Content-Type value in lower case; `""` when absent."""
    if not content_type:
        return ""
    return content_type.partition(b";")[0].strip().lower().decode("latin-1")
