"""The pairs were signed in another order than they were sent, as two walks through a map give."""

from collections.abc import Iterator
from itertools import combinations, islice, permutations
from math import factorial

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    """All orders of up to eight pairs; of more, one pair moved elsewhere or two exchanged."""
    if len(candidate.pairs) <= 8:
        yield from (candidate.with_pairs(pairs) for pairs in permutations(candidate.pairs))
    else:
        yield from _moved(candidate)
        yield from _exchanged(candidate)


def plain(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """The same as text."""
    if len(candidate.pairs) > 8:
        return (other.text for other in candidates(candidate, request))
    if not candidate.query or not candidate.form:
        return map(b"&".join, permutations(candidate.pairs))
    cut = len(candidate.query)
    return (b"&".join(pairs[:cut]) + b"&".join(pairs[cut:]) for pairs in permutations(candidate.pairs))


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if len(candidate.pairs) <= 5:
        yield from (candidate.with_pairs(pairs) for pairs in permutations(candidate.pairs))
    else:
        yield from islice(_moved(candidate), 130)


def measure(candidate: Candidate) -> int:
    count = len(candidate.pairs)
    return factorial(count) if count <= 8 else 2 * count * count


def _moved(candidate: Candidate) -> Iterator[Candidate]:
    pairs = candidate.pairs[:40]
    for i, pair in enumerate(pairs):
        rest = (*pairs[:i], *pairs[i + 1 :])
        for j in range(len(pairs)):
            if j != i:
                yield candidate.with_pairs((*rest[:j], pair, *rest[j:], *candidate.pairs[40:]))


def _exchanged(candidate: Candidate) -> Iterator[Candidate]:
    for i, j in combinations(range(min(len(candidate.pairs), 40)), 2):
        pairs = list(candidate.pairs)
        pairs[i], pairs[j] = pairs[j], pairs[i]
        yield candidate.with_pairs(tuple(pairs))


RULE = PairsRule(
    about=RuleText(
        rule="order-hash-map",
        says="The parameters were signed in another order than they were sent.",
        why=(
            "An unordered map (HashMap, Go map, old dict) gave one order for signing and another one "
            "for sending."
        ),
        see=(
            "Compare the signed text with the URL: the same pairs in another order; it changes from run "
            "to run."
        ),
        remedy=(
            "Keep the parameters in a list with a fixed order, make the text of them once, sign it "
            "and send it."
        ),
        example="params = [('symbol', 'BTCUSDT'), ('timestamp', now_ms)]",
    ),
    axis=Axis.ORDER,
    candidates=candidates,
    plain=plain,
    narrow=narrow,
    measure=measure,
    size=40_320,
    composed=130,
    alike=frozenset({"order-sorted-signed-unsorted-sent", "ws-not-sorted"}),
)
