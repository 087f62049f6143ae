"""Blanks at the ends of a value were signed and not sent, or the other way round."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    yield candidate.map(_trim)
    for i, pair in enumerate(candidate.pairs[:30]):
        for blank in (b"%20", b"+", b" ", b"%0A"):
            yield candidate.replaced(i, pair + blank)


_BLANKS = re.compile(rb"(?:%20|\+| |%0[AaDd]|%09)*")
_BLANKS_REVERSED = re.compile(rb"(?:02%|\+| |[AaDd]0%|90%)*")


def _trim(pair: bytes) -> bytes:
    name, sign, value = pair.partition(b"=")
    return name + sign + _without_start(_without_start(value[::-1], _BLANKS_REVERSED)[::-1], _BLANKS)


def _without_start(text: bytes, blanks: re.Pattern[bytes]) -> bytes:
    """Matched at the start only: to search the end of a long text takes the square of its length."""
    found = blanks.match(text)
    return text[found.end() :] if found else text


RULE = PairsRule(
    about=RuleText(
        rule="enc-blank-trimmed",
        says="Blanks at the start or end of a value were signed but not sent, or the reverse.",
        why="The HTTP client or a form trimmed the value after it had been signed.",
        see="A value that begins or ends in +, %20 or %0A.",
        remedy="Remove blanks at the start and end of the values before you sign.",
        example="value.strip()",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=121,
    composed=121,
    alike=frozenset(
        {
            "scope-surrounding-characters",
            "enc-safe-characters-differ",
            "enc-space-plus-vs-percent20",
            "enc-raw-signed-encoded-sent",
        }
    ),
)
