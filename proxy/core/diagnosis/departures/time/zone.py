"""The timestamp was signed in local time and sent in UTC, or the other way round."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.wire import pair_name


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, (*range(1, 57), *range(-56, 0)))


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    """Whole hours, and the half hours of India."""
    return _shifted(candidate, (*range(4, 57, 4), *range(-48, 0, 4), 22, -22))


def _shifted(candidate: Candidate, quarters_tried: tuple[int, ...]) -> Iterator[Candidate]:
    for i, pair in enumerate(candidate.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) == 13:
            for quarters in quarters_tried:
                text = b"timestamp=%d" % (int(stamp) + quarters * 900_000)
                yield candidate.replaced(i, text)
            return


RULE = PairsRule(
    about=RuleText(
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
    candidates=candidates,
    narrow=narrow,
    size=112,
    composed=30,
)
