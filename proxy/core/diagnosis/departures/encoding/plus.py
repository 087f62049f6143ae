"""A plus sign was signed raw and sent as %2B, or the other way round."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import map_value


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not _PLUS.search(candidate.text):
        return
    yield candidate.map(lambda pair: map_value(pair, ((b"+", b"%2B"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"%2B", b"+"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"%2B", b"%20"),)))
    yield candidate.map(lambda pair: map_value(pair, ((b"%2B", b" "),)))


_PLUS = re.compile(rb"\+|%2B")

RULE = PairsRule(
    about=RuleText(
        rule="enc-plus-sign",
        says="A plus sign was signed as '+' and sent as %2B, or the reverse.",
        why=(
            "A raw '+' in a query reads as a blank, so some clients escape it after signing and others "
            "unescape it."
        ),
        see="A '+' or %2B in an e-mail address or base64 value of the URL.",
        remedy="Encode '+' as %2B before signing and send that text.",
        example="urllib.parse.quote('alice+bot@example.com', safe='')",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=4,
    composed=4,
    alike=frozenset({"enc-safe-characters-differ", "enc-raw-signed-encoded-sent"}),
)
