"""The hex digits have decoration around or between them: `0x`, `sha256=`, colons."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    text = signature.replace(b"+", b" ").strip()
    bare = _PREFIX.sub(b"", text).translate(None, b" :-_\t\r\n\"'`<>[]{}(),;")
    if bare != signature:
        yield from from_hex(bare)
    pieces = re.findall(rb"0x([0-9A-Fa-f]{1,2})", text)
    if len(pieces) >= 16:
        yield bytes(int(piece, 16) for piece in pieces)


_PREFIX = re.compile(
    rb"^(?:0x|sha256=|SHA256=|hmac-sha256=|HMAC-SHA256=|hmac=|sha256:|v1=|signature=|HmacSHA256\s)",
    re.IGNORECASE,
)

RULE = OutputRule(
    about=RuleText(
        rule="alg-hex-decorated",
        says="The hex digest was sent with separators, quotes or a prefix.",
        why="Formatters print aa:bb:cc, AA-BB-CC, 0x..., sha256=... or quotes around the digits.",
        see="Characters other than 0-9 and a-f in the signature parameter.",
        remedy="Send the 64 hex characters alone.",
        example='BitConverter.ToString(hash).Replace(\\"-\\", \\"\\")',
    ),
    undo=undo,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
    alike=frozenset({"alg-openssl-prefix"}),
)
