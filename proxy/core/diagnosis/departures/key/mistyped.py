"""The secret has one wrong, missing, extra or exchanged character."""

import string
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Facts, KeyMaterial, KeyRule, Match, ParsedRequest, RuleText


def keys(material: KeyMaterial) -> Iterator[bytes]:
    """A missing or exchanged character, then a wrong one, which is what reading from an image gives; an extra one is
    the rarest, and there are as many of them as of wrong ones."""
    secret = material.secret
    if len(secret) > 100:
        return
    for i in range(len(secret)):
        yield secret[:i] + secret[i + 1 :]
    for i in range(len(secret) - 1):
        yield secret[:i] + secret[i + 1 : i + 2] + secret[i : i + 1] + secret[i + 2 :]
    for i in range(len(secret)):
        before, behind = secret[:i], secret[i + 1 :]
        for letter in _LETTERS:
            yield before + letter + behind
    for i in range(len(secret) + 1):
        before, behind = secret[:i], secret[i:]
        for letter in _LETTERS:
            yield before + letter + behind


_LETTERS = tuple(bytes((octet,)) for octet in string.digits.encode() + string.ascii_letters.encode())


def facts(match: Match, request: ParsedRequest) -> Facts:
    """The length that was used: never a character."""
    return (("characters_used", len(match.key)), ("characters_known", len(request.secret or b"")))


RULE = KeyRule(
    about=RuleText(
        rule="secret-mistyped",
        says="The secret that was used has one wrong, missing, extra or exchanged character.",
        why="It was typed by hand or read from an image.",
        see="Compare the two secrets character by character.",
        remedy="Copy the secret again with copy and paste; do not type it.",
    ),
    keys=keys,
    size=8_125,  # of 64 characters
    composed=0,
    facts=facts,
    alike=frozenset(
        {"secret-cut-short", "secret-trailing-whitespace", "secret-quoted", "secret-case-changed"}
    ),
)
