"""A blank was signed in another spelling than it was sent: `+`, %20 or raw."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import map_value


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not _BLANK.search(candidate.text):
        return
    yield candidate.map(lambda pair: map_value(pair, ((b"+", b"%20"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"%20", b"+"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"+", b" "),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"%20", b" "),)))
    yield candidate.map(lambda pair: map_value(pair, ((b" ", b"+"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b" ", b"%20"),)))


_BLANK = re.compile(rb"\+|%20| ")

RULE = PairsRule(
    about=RuleText(
        rule="enc-space-plus-vs-percent20",
        says="A space was signed as %20 and sent as '+', or the reverse.",
        why=(
            "encodeURIComponent writes %20, form encoders write '+'. Both verify, but only if signed "
            "and sent alike."
        ),
        see="A '+' or %20 in the URL where the signed text has the other one.",
        remedy=(
            "Build the encoded text once, sign that text, and send the same text: a blank is %20 in "
            "both, or '+' in both."
        ),
        example="urllib.parse.urlencode(params, quote_via=urllib.parse.quote)   # %20 in both",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=6,
    composed=6,
    alike=frozenset({"enc-safe-characters-differ", "enc-raw-signed-encoded-sent"}),
)
