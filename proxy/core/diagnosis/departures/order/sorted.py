"""The pairs were sorted before they were signed, and sent unsorted."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    business = [pair for pair in candidate.query if _name(pair) not in _LAST]
    last = [pair for pair in candidate.query if _name(pair) in _LAST]
    for key in (_name, _folded, _whole):
        if max(len(candidate.query), len(candidate.form)) >= _FEWEST:
            form = tuple(sorted(candidate.form, key=key))
            yield Candidate(tuple(sorted(candidate.query, key=key)), form)
            yield Candidate(tuple(sorted(candidate.query, key=key, reverse=True)), form)
        if len(business) >= _FEWEST:
            yield Candidate((*sorted(business, key=key), *last), candidate.form)
        if candidate.form and len(candidate.pairs) >= _FEWEST:
            yield candidate.with_pairs(tuple(sorted(candidate.pairs, key=key)))


_FEWEST = 3
"""Of two parameters each order is a sorted one: that they were sorted cannot be told."""
_LAST = (b"timestamp", b"recvWindow")


def _name(pair: bytes) -> bytes:
    return pair.partition(b"=")[0]


def _folded(pair: bytes) -> bytes:
    return _name(pair).lower()


def _whole(pair: bytes) -> bytes:
    return pair


RULE = PairsRule(
    about=RuleText(
        rule="order-sorted-signed-unsorted-sent",
        says="The parameters were sorted for signing but sent unsorted.",
        why="A helper signs the sorted map while the HTTP client sends the map in insertion order.",
        see="Compare the signed text with the URL: the same pairs in another order.",
        remedy=(
            "Build the text once, sign it, and send the same text. On REST no order is prescribed; do"
            " not sort for signing alone."
        ),
        example="query = urlencode(params); send(base + '?' + query + '&signature=' + sign(query))",
    ),
    axis=Axis.ORDER,
    candidates=candidates,
    size=12,
    composed=12,
    alike=frozenset({"order-hash-map", "ws-not-sorted"}),
)
