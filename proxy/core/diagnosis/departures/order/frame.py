"""WebSocket API: params signed in the order of the frame."""

from collections.abc import Iterator
from itertools import islice, permutations

from proxy.core.diagnosis.departures.base import Axis, Draft, DraftRule, Page, Scene


def drafts(draft: Draft, scene: Scene) -> Iterator[Draft]:
    """The order of the frame, with apiKey where it stands, first or last; then other orders."""
    if scene.frame is None:
        return
    pairs = scene.frame.pairs
    keys = tuple(pair for pair in pairs if pair.startswith(b"apiKey="))
    rest = tuple(pair for pair in pairs if pair not in keys)
    sent = set(draft.query)
    for order in ((*rest, *keys), (*keys, *rest), pairs):
        known = tuple(pair for pair in order if pair in sent)
        yield Draft(known) if len(known) == len(draft.query) else Draft(draft.query[::-1])
    yield Draft(tuple(sorted(draft.query, key=bytes.lower)))
    yield Draft(tuple(sorted(draft.query, reverse=True)))
    if len(draft.query) <= 7:
        yield from (Draft(order) for order in permutations(draft.query))


def narrow(draft: Draft, scene: Scene) -> Iterator[Draft]:
    return islice(drafts(draft, scene), 125)


RULE = DraftRule(
    page=Page(
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
    drafts=drafts,
    narrow=narrow,
    size=5_045,
    composed=125,
    alike=frozenset({"order-sorted-signed-unsorted-sent", "order-hash-map"}),
)
