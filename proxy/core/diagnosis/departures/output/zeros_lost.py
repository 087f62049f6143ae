"""Leading zeros vanished when the digest was written as hex."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Lossy, OutputRule, RuleText


def lossy(signature: bytes) -> Iterator[Lossy]:
    text = signature.lower()
    if 40 <= len(text) < 64 and re.fullmatch(rb"[0-9a-f]+", text):
        one, two = int(text[:1], 16), int(text[:2], 16)
        yield Lossy(lambda digest: digest.hex().encode().lstrip(b"0"), text, firsts=frozenset({0, one, two}))
        yield Lossy(
            lambda digest: b"".join(b"%x" % octet for octet in digest), text, firsts=frozenset({one, two})
        )


RULE = OutputRule(
    about=RuleText(
        rule="alg-leading-zeros-lost",
        says="Leading zeros were lost when the digest was written as hex.",
        why=(
            "toString(16) of a number, or of every byte without padding, drops zeros; the fault shows "
            "in some requests only."
        ),
        see="The signature is sometimes 63 characters long or shorter.",
        remedy="Write every byte of the digest with two hex characters: 05, not 5.",
        example="bytes.map(b => b.toString(16).padStart(2, '0')).join('')",
    ),
    lossy=lossy,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
    alike=frozenset({"alg-truncated"}),
)
