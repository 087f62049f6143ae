"""A part of the hex digits was sent."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Lossy, OutputRule, RuleText


def lossy(signature: bytes) -> Iterator[Lossy]:
    text = signature.lower()
    if 16 <= len(text) < 64 and re.fullmatch(rb"[0-9a-f]+", text):
        size = len(text)
        first, last = int(text[:2], 16), int(text[-2:], 16)
        yield Lossy(
            lambda digest: digest.hex().encode()[:size] if len(digest) == 32 else b"",
            text,
            firsts=frozenset({first}),
        )
        yield Lossy(
            lambda digest: digest.hex().encode()[-size:] if len(digest) == 32 else b"",
            text,
            lasts=frozenset({last}),
        )


RULE = OutputRule(
    about=RuleText(
        rule="alg-truncated",
        says="The digest was cut: characters are missing at its start or end.",
        why="A column, buffer or slice was too short for 64 characters.",
        see="The signature has fewer than 64 characters.",
        remedy="Send all 64 hex characters.",
        example="assert len(signature) == 64",
    ),
    lossy=lossy,
    size=2,
    composed=2,
    codes=frozenset({-1022, -1100}),
    alike=frozenset({"alg-leading-zeros-lost"}),
)
