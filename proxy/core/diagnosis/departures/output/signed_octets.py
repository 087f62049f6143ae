"""The octets of the digest were written as signed numbers: `-5d` or `ffffffa3` where `a3` belongs."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.core.diagnosis.departures.base import Lossy, OutputRule, RuleText

_TEXT: Final = re.compile(rb"[-0-9a-f]{32,1040}")
_WIDE: Final = tuple(
    re.compile(rb"f{%d}(?P<below>[89a-f][0-9a-f])|(?P<octet>[0-7][0-9a-f])" % fill) for fill in (6, 14)
)
"""Widened to 32 or to 64 bits: a3 becomes ffffffa3 or ffffffffffffffa3."""
_DIGESTS: Final = frozenset({16, 20, 28, 32, 48, 64})
"""Octets of the digests there are."""


def undo(signature: bytes) -> Iterator[bytes]:
    """Widened, with two digits for each octet below 128: that can be read back."""
    text = signature.lower()
    if not (len(text) > 64 and b"ffffff" in text and _TEXT.fullmatch(text)):
        return
    for pattern in _WIDE:
        octets = bytes(int(found["below"] or found["octet"], 16) for found in pattern.finditer(text))
        if len(octets) in _DIGESTS and not pattern.sub(b"", text):
            yield octets


def lossy(signature: bytes) -> Iterator[Lossy]:
    """With a minus, or without leading zeros: several digests may give the text, so it is made again of each."""
    text = signature.lower()
    if not _TEXT.fullmatch(text):
        return
    if b"-" in text:
        yield from (
            _made(text, [b"-%x" % (256 - octet) for octet in range(128, 256)], width) for width in (1, 2)
        )
    elif len(text) > 64 and b"ffffff" in text and next(undo(signature), None) is None:
        yield from (
            _made(text, [b"f" * fill + b"%x" % octet for octet in range(128, 256)], 1) for fill in (6, 14)
        )


def _made(text: bytes, negative: list[bytes], width: int) -> Lossy:
    """What a digest looks like where octets from 128 on have these forms, and others at least `width` digits."""
    forms = (*(b"%0*x" % (width, octet) for octet in range(128)), *negative)
    firsts = frozenset(octet for octet, form in enumerate(forms) if text.startswith(form))
    return Lossy(lambda digest: b"".join([forms[octet] for octet in digest]), text, firsts)


RULE = OutputRule(
    about=RuleText(
        rule="alg-signed-octets",
        says="The octets of the digest were written as signed numbers.",
        why=(
            "A byte of Java, Kotlin, Dart or C has a sign: printed as a number, a3 becomes -5d or ffffffa3, and small"
            " ones lose their leading zero."
        ),
        see="Minus signs, or many runs of ffffff, in the signature parameter.",
        remedy="Cut each byte down to eight bits and write two digits for it.",
        example='String.format("%02x", b & 0xff)   // or HexFormat.of().formatHex(digest)',
    ),
    undo=undo,
    lossy=lossy,
    size=4,
    composed=4,
    codes=frozenset({-1022, -1100}),
)
