"""A parameter that was signed and then not sent."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.wire import pair_name


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    names = {pair_name(pair) for pair in candidate.pairs}
    extras = [pair for pair in _EXTRAS if pair_name(pair) not in names]
    stamps = [i for i, pair in enumerate(candidate.query) if pair_name(pair) == b"timestamp"]
    places = {0, len(candidate.query), *stamps, *(i + 1 for i in stamps)}
    for extra in extras:
        for place in sorted(places):
            yield Candidate((*candidate.query[:place], extra, *candidate.query[place:]), candidate.form).text
        if candidate.form:
            yield candidate.text + b"&" + extra


_EXTRAS = (
    *(
        b"recvWindow=%d" % window
        for window in (5000, 60000, 10000, 6000, 20000, 30000, 50000, 1000, 3000, 15000)
    ),
    b"recvWindow=",
    b"newOrderRespType=RESULT",
    b"newOrderRespType=FULL",
    b"newOrderRespType=ACK",
    b"signatureMethod=HmacSHA256",
)

RULE = ScopeRule(
    about=RuleText(
        rule="scope-param-dropped-after-signing",
        says="A parameter was signed that was not sent.",
        why=(
            "A default such as recvWindow=5000 was added for the signature only, or the HTTP client "
            "dropped it."
        ),
        see="Compare the signed text with the URL: the signed text is longer.",
        remedy="Send exactly the text that was signed.",
        example="query = urlencode(params); url = base + '?' + query + '&signature=' + sign(query)",
    ),
    texts=texts,
    size=90,
    composed=90,
    usual=18,
)
