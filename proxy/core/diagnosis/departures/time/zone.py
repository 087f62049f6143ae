"""Local time signed, UTC sent."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Draft, DraftRule, Page, Scene
from proxy.core.wire import pair_name


def drafts(draft: Draft, scene: Scene) -> Iterator[Draft]:
    return _shifted(draft, (*range(1, 57), *range(-56, 0)))


def narrow(draft: Draft, scene: Scene) -> Iterator[Draft]:
    """Whole hours, and the half hours of India."""
    return _shifted(draft, (*range(4, 57, 4), *range(-48, 0, 4), 22, -22))


def _shifted(draft: Draft, quarters_tried: tuple[int, ...]) -> Iterator[Draft]:
    for i, pair in enumerate(draft.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) == 13:
            for quarters in quarters_tried:
                text = b"timestamp=%d" % (int(stamp) + quarters * 900_000)
                yield draft.with_pairs((*draft.pairs[:i], text, *draft.pairs[i + 1 :]))
            return


RULE = DraftRule(
    page=Page(
        rule="time-zone-differs",
        says="The timestamp was signed in another time zone than it was sent.",
        why=(
            "Local time was used in one place and UTC in the other; the two differ by whole quarters of "
            "an hour."
        ),
        see="The two timestamps differ by a multiple of 15 minutes.",
        remedy="Use the Unix epoch in UTC, computed once.",
        example="int(time.time() * 1000)",
    ),
    axis=Axis.TIME,
    drafts=drafts,
    narrow=narrow,
    size=112,
    composed=30,
)
