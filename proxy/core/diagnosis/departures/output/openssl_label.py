"""The line that openssl prints was sent with its label: `(stdin)= ...`."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import OutputRule, RuleText
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex


def undo(signature: bytes) -> Iterator[bytes]:
    found = _LABEL.match(signature) if b"=" in signature else None
    if found:
        yield from from_hex(found[1])
        yield from from_base64(found[1])


_LABEL = re.compile(rb"\s*[A-Za-z0-9-]*\s*\(?[^()]{0,40}\)?\s*=[\s+]*([A-Za-z0-9+/=_-]{16,200})[\s*-]*$")

RULE = OutputRule(
    about=RuleText(
        rule="alg-openssl-prefix",
        says="The label that openssl prints in front of the digest was sent with it.",
        why="openssl dgst prints '(stdin)= ' or 'SHA2-256(stdin)= ' before the digest.",
        see="'stdin' in the signature parameter.",
        remedy="Keep only what stands behind '= ' in the output of openssl.",
        example="openssl dgst -sha256 -hmac \"$SECRET\" | sed 's/^.*= //'",
    ),
    undo=undo,
    size=4,
    composed=4,
    codes=frozenset({-1022, -1100}),
    alike=frozenset({"alg-hex-decorated"}),
)
