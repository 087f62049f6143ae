"""The HTTP client encoded an encoded text once more."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import unquoted


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    once = candidate.map(lambda pair: _TWICE.sub(rb"%\1", pair))
    if once != candidate:
        yield once
        yield candidate.map(lambda pair: unquoted(pair, plus=False))
        yield candidate.map(lambda pair: unquoted(pair, plus=True))


_TWICE = re.compile(rb"%25([0-9A-Fa-f]{2})")

RULE = PairsRule(
    about=RuleText(
        rule="enc-double-encoded-on-wire",
        says="The HTTP client percent-encoded the already encoded text again.",
        why=("The signed text was encoded once; a client that encodes by itself turned every % into %25."),
        see="%25 followed by two hex digits in the URL.",
        remedy=(
            "Give the finished URL to the HTTP client as 'already encoded', so that it does not "
            "encode it a second time."
        ),
        example="yarl.URL(url, encoded=True)   # Java: URI.create(url), not a URL template",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=3,
    composed=3,
    alike=frozenset({"enc-raw-signed-encoded-sent", "enc-safe-characters-differ"}),
)
