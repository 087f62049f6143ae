"""WebSocket API: params signed in the order of the frame."""

from collections.abc import Iterator
from itertools import islice, permutations

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    """The order of the frame, with apiKey where it stands, first or last; then other orders."""
    if request.frame is None:
        return
    pairs = request.frame.pairs
    keys = tuple(pair for pair in pairs if pair.startswith(b"apiKey="))
    rest = tuple(pair for pair in pairs if pair not in keys)
    sent = set(candidate.query)
    for order in ((*rest, *keys), (*keys, *rest), pairs):
        known = tuple(pair for pair in order if pair in sent)
        yield Candidate(known) if len(known) == len(candidate.query) else Candidate(candidate.query[::-1])
    yield Candidate(tuple(sorted(candidate.query, key=bytes.lower)))
    yield Candidate(tuple(sorted(candidate.query, reverse=True)))
    if len(candidate.query) <= 7:
        yield from (Candidate(order) for order in permutations(candidate.query))


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return islice(candidates(candidate, request), 125)


RULE = PairsRule(
    about=RuleText(
        rule="ws-not-sorted",
        says="The params of the WebSocket request were not sorted by name before signing.",
        why="Unlike REST, the WebSocket API sorts the params by name before it checks the signature.",
        see="The signed text begins with the first param of the frame instead of apiKey.",
        remedy=(
            "Sort all params except signature by name, apiKey included, then sign name=value joined with '&'."
        ),
        example="payload = '&'.join(f'{name}={params[name]}' for name in sorted(params))",
    ),
    axis=Axis.ORDER,
    candidates=candidates,
    narrow=narrow,
    size=5_045,
    composed=125,
    alike=frozenset({"order-sorted-signed-unsorted-sent", "order-hash-map"}),
)
