"""Percent-encoded octets were signed in other letter case than they were sent: %2f and %2F."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not _ESCAPE.search(candidate.text):
        return
    yield candidate.map(lambda pair: _ESCAPE.sub(lambda found: found[0].upper(), pair))
    yield candidate.map(lambda pair: _ESCAPE.sub(lambda found: found[0].lower(), pair))


_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")

RULE = PairsRule(
    about=RuleText(
        rule="enc-hex-digit-case",
        says="Percent-escapes were signed with other letter case than they were sent.",
        why=(
            "One encoder writes %2f, the other %2F. Binance compares octets, so both verify only if "
            "signed and sent alike."
        ),
        see="Lower-case hex digits behind % in one of the two texts.",
        remedy=(
            "Build the encoded text once, sign that text, and send the same text: %2F and %2f are different."
        ),
        example="'%2F' in both texts",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=2,
    composed=2,
    alike=frozenset({"enc-safe-characters-differ"}),
)
