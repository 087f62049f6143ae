"""Two iterations of an unordered map."""

from collections.abc import Iterator
from itertools import combinations, islice, permutations
from math import factorial

from proxy.core.diagnosis.departures.base import Axis, Draft, DraftRule, Page, Scene


def drafts(draft: Draft, scene: Scene) -> Iterator[Draft]:
    """All orders of up to eight pairs; of more, one pair moved elsewhere or two exchanged."""
    if len(draft.pairs) <= 8:
        yield from (draft.with_pairs(pairs) for pairs in permutations(draft.pairs))
    else:
        yield from _moved(draft)
        yield from _exchanged(draft)


def narrow(draft: Draft, scene: Scene) -> Iterator[Draft]:
    if len(draft.pairs) <= 5:
        yield from (draft.with_pairs(pairs) for pairs in permutations(draft.pairs))
    else:
        yield from islice(_moved(draft), 130)


def measure(draft: Draft) -> int:
    count = len(draft.pairs)
    return factorial(count) if count <= 8 else 2 * count * count


def _moved(draft: Draft) -> Iterator[Draft]:
    pairs = draft.pairs[:40]
    for i, pair in enumerate(pairs):
        rest = (*pairs[:i], *pairs[i + 1 :])
        for j in range(len(pairs)):
            if j != i:
                yield draft.with_pairs((*rest[:j], pair, *rest[j:], *draft.pairs[40:]))


def _exchanged(draft: Draft) -> Iterator[Draft]:
    for i, j in combinations(range(min(len(draft.pairs), 40)), 2):
        pairs = list(draft.pairs)
        pairs[i], pairs[j] = pairs[j], pairs[i]
        yield draft.with_pairs(tuple(pairs))


RULE = DraftRule(
    page=Page(
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
        remedy="Use an ordered list of pairs and serialise it once.",
        example="params = [('symbol', 'BTCUSDT'), ('timestamp', now_ms)]",
    ),
    axis=Axis.ORDER,
    drafts=drafts,
    narrow=narrow,
    measure=measure,
    size=40_320,
    composed=130,
    alike=frozenset({"order-sorted-signed-unsorted-sent", "ws-not-sorted"}),
)
