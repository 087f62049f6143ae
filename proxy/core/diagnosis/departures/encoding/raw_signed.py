"""Plain values signed, percent-encoded values sent."""

import re
from collections.abc import Iterator
from functools import partial

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import unquoted


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if b"%" not in candidate.text and b"+" not in candidate.text:
        return
    for plus in (False, True):
        plain = candidate.map(partial(unquoted, plus=plus))
        if not _ESCAPE.search(plain.text):
            yield plain
        yield candidate.map(partial(_fully, plus=plus))


_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")


def _fully(pair: bytes, *, plus: bool) -> bytes:
    """Decoded until nothing is left to decode, three times at most."""
    for _ in range(3):
        if not _ESCAPE.search(pair):
            break
        pair = unquoted(pair, plus=plus)
    return pair


RULE = PairsRule(
    about=RuleText(
        rule="enc-raw-signed-encoded-sent",
        says="The raw values were signed, but percent-encoded values were sent.",
        why=(
            "The signer saw the plain text and the HTTP client encoded it afterwards. Since January "
            "2026 Binance checks the encoded text only."
        ),
        see='The signed text contains @, [, \\" or non-ASCII characters where the URL has %XX.',
        remedy="Percent-encode first, sign the encoded text, and send that same text.",
        example=(
            "query = urlencode(params); signature = sign(query); url = base + '?' + query + "
            "'&signature=' + signature"
        ),
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=4,
    composed=4,
    alike=frozenset({"enc-safe-characters-differ", "enc-space-plus-vs-percent20"}),
)
