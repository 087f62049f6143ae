"""Characters at the start or the end of the secret are missing."""

from collections.abc import Iterator
from itertools import islice

from proxy.core.diagnosis.departures.base import Facts, KeyMaterial, KeyRule, Match, ParsedRequest, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    for i in range(1, min(len(material.secret), 600)):
        yield material.secret[:-i]
        yield material.secret[i:]


def narrow(material: KeyMaterial) -> Iterator[bytes]:
    yield from islice(keys(material), 8)
    yield material.secret[:32]
    yield material.secret[:63]


def facts(match: Match, request: ParsedRequest) -> Facts:
    """How many characters are missing: a length, never one of the characters."""
    return (("characters_missing", max(len(request.secret or b"") - len(match.key), 0)),)


RULE = KeyRule(
    about=RuleText(
        rule="secret-cut-short",
        says="Only a part of the secret was used as HMAC key.",
        why="The secret was copied incompletely, or a column or buffer was too short for it.",
        see="The secret has fewer than 64 characters.",
        remedy="Copy the whole secret again: 64 characters.",
        example="assert len(secret) == 64",
    ),
    keys=keys,
    narrow=narrow,
    size=1198,
    composed=10,
    usual=4,
    facts=facts,
    alike=frozenset({"secret-mistyped", "secret-trailing-whitespace"}),
)
