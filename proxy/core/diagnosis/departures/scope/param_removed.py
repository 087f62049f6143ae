"""A parameter that was signed and then not sent."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule
from proxy.core.wire import pair_name


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    names = {pair_name(pair) for pair in draft.pairs}
    extras = [pair for pair in _EXTRAS if pair_name(pair) not in names]
    stamps = [i for i, pair in enumerate(draft.query) if pair_name(pair) == b"timestamp"]
    places = {0, len(draft.query), *stamps, *(i + 1 for i in stamps)}
    for extra in extras:
        for place in sorted(places):
            yield Draft((*draft.query[:place], extra, *draft.query[place:]), draft.form).text
        if draft.form:
            yield draft.text + b"&" + extra


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
    page=Page(
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
)
