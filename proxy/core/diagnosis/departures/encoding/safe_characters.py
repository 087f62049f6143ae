"""Signer and sender leave different characters unencoded."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import UNRESERVED, escape, unquoted


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    """What well-known encoders make of the values, then every set of up to eight characters toggled."""
    yield from _libraries(candidate)
    yield from _toggled(candidate, sizes=8)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    yield from _libraries(candidate)
    yield from _toggled(candidate, sizes=3)


_JAVASCRIPT = UNRESERVED | frozenset(b"!*'()")
_FORM = frozenset(UNRESERVED - frozenset(b"~") | frozenset(b"*"))
_LIBRARIES = (  # octets kept, blank as '+', lower-case hex
    (UNRESERVED, False, False),  # RFC 3986: rawurlencode, EscapeDataString
    (UNRESERVED, True, False),  # Python urlencode, Go QueryEscape
    (UNRESERVED | frozenset(b"/"), False, False),  # Python quote
    (_JAVASCRIPT, False, False),  # encodeURIComponent
    (_JAVASCRIPT | frozenset(b";,/?:@&=+$#"), False, False),  # encodeURI
    (_FORM, True, False),  # URLSearchParams, Java URLEncoder
    (UNRESERVED - frozenset(b"~"), True, False),  # PHP urlencode
    (UNRESERVED - frozenset(b"~") | frozenset(b"!()*"), True, True),  # .NET UrlEncode
    (UNRESERVED | frozenset(b"/:@?,'*()!;$[]"), False, False),  # yarl
    (UNRESERVED | frozenset(b"@:/,[]"), True, False),  # axios
    (UNRESERVED, False, True),
)


def _libraries(candidate: Candidate) -> Iterator[Candidate]:
    if not _SPECIAL.search(candidate.text):
        return
    plain = {plus: [_decoded(pair, plus) for pair in candidate.pairs] for plus in (True, False)}
    for kept, blank, lower in _LIBRARIES:
        for decoded in plain.values():
            values = [escape(value, kept, plus=blank, lower=lower) for _, value in decoded]
            pairs = [start + value for (start, _), value in zip(decoded, values, strict=True)]
            yield candidate.with_pairs(tuple(pairs))


def _decoded(pair: bytes, plus: bool) -> tuple[bytes, bytes]:
    """The name with its sign as it stands, and the value percent-decoded."""
    name, sign, value = pair.partition(b"=")
    return name + sign, unquoted(value, plus=plus)


_SPECIAL = re.compile(rb"[^A-Za-z0-9&=._-]")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")


def _present(candidate: Candidate) -> list[int]:
    """Octets that have two spellings here, as they appear; 0x80 stands for all non-ASCII ones."""
    text = b"&".join(candidate.pairs)
    first = {token: text.find(token) for token in dict.fromkeys(_ESCAPE.findall(text))}
    first |= {bytes((octet,)): text.find(octet) for octet in set(text) - _NOT_RAW}
    octets = dict.fromkeys(min(_octet(token), 0x80) for token in sorted(first, key=first.__getitem__))
    for never in (0x25, 0x3D):  # a lone percent sign, and the '=' between name and value
        octets.pop(never, None)
    return list(octets)


_NOT_RAW = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._=&%")
"""Octets that stand raw as a matter of course, and the joints of the text."""


def _octet(token: bytes) -> int:
    return int(token[1:], 16) if len(token) == 3 else token[0]


def _toggled(candidate: Candidate, sizes: int) -> Iterator[Candidate]:
    """Raw occurrences of some of the octets encoded, and encoded ones raw: all sets of up to `sizes` octets."""
    present = _present(candidate)[:8]
    pairs = [_letters(pair) for pair in candidate.pairs] if present else []
    codes = {ord(letter) for letter in set("".join(pairs))}
    spelt: dict[int, int | str] = {code: _spelt(code) for code in codes if code > 0xFF}
    for size in range(1, min(sizes, len(present)) + 1):
        for chosen in combinations(present, size):
            table = spelt.copy()
            for octet in chosen:
                table |= _flipped(octet)
            yield candidate.with_pairs(tuple([text.translate(table).encode("latin-1") for text in pairs]))


def _letters(pair: bytes) -> str:
    """The pair as text in which each escape is one letter, so that all of them can be changed at one go: `%XX` is
    U+01XX, and in other cases of its digits U+02XX to U+04XX. A lone percent sign and raw octets are themselves."""
    text = pair.replace(b"\\", rb"\\")
    if _NOT_UPPER.search(text):
        for pattern, mark in _MARKS:
            text = pattern.sub(mark, text)
    return text.replace(b"%", rb"\u01").decode("unicode_escape")


_NOT_UPPER = re.compile(rb"%(?![0-9A-F]{2})")
_MARKS = (
    (re.compile(rb"%(?![0-9A-Fa-f]{2})"), rb"\\x25"),
    (re.compile(rb"%(?=[0-9a-f][a-f]|[a-f][0-9])"), rb"\\u02"),
    (re.compile(rb"%(?=[A-F][a-f])"), rb"\\u03"),
    (re.compile(rb"%(?=[a-f][A-F])"), rb"\\u04"),
)


def _spelt(code: int) -> str:
    """An escape as it stood."""
    upper, lower = f"{code & 0xFF:02X}", f"{code & 0xFF:02x}"
    return "%" + (upper, lower, upper[0] + lower[1], lower[0] + upper[1])[(code >> 8) - 1]


@lru_cache(maxsize=256)
def _flipped(octet: int) -> dict[int, int | str]:
    """What becomes of one octet, raw and in each case of an escape; 0x80 stands for all above it as well."""
    chosen = range(0x80, 0x100) if octet == 0x80 else (octet,)
    raw: dict[int, int | str] = {one: f"%{one:02X}" for one in chosen}
    return raw | {case << 8 | one: one for one in chosen for case in range(1, 5)}


RULE = PairsRule(
    about=RuleText(
        rule="enc-safe-characters-differ",
        says="Signer and HTTP client disagree on which characters need percent-encoding.",
        why=(
            "One leaves , : [ ] * @ / ! ' ( ) ~ raw and the other encodes them; the HTTP library "
            "re-quoted the URL after signing."
        ),
        see="%2C, %3A, %5B or %40 in one of the two texts and the bare character in the other.",
        remedy=(
            "Build the encoded URL yourself, sign its query, and tell the HTTP library not to encode "
            "it again."
        ),
        example="aiohttp: yarl.URL(url, encoded=True)   requests: a prepared URL   axios: no params=",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    narrow=narrow,
    size=277,
    composed=114,
    alike=frozenset(
        {
            "enc-raw-signed-encoded-sent",
            "enc-space-plus-vs-percent20",
            "enc-hex-digit-case",
            "enc-plus-sign",
            "enc-json-list-spacing",
            "enc-double-encoded-on-wire",
        }
    ),
)
