"""The timestamp was signed in local time and sent in UTC, or the other way round."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.wire import pair_name


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, _QUARTERS)


def plain(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """The texts of all candidates."""
    place = _place(candidate)
    if place is not None:
        before, after = candidate.around(place, place + 1)
        yield from (before + pair + after for pair in _pairs(candidate.pairs[place], _QUARTERS))


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    """Whole hours, and the half hours of India: those first in which most people live who trade."""
    return _shifted(candidate, _NARROW)


_QUARTERS = (*range(1, 57), *range(-56, 0))
_PEOPLED = tuple(4 * hours for hours in (8, -8, 1, -1, 2, -2, -5, 5, -4, 4, 3, -3, 9, -9, 7, -7))
"""China, Europe in winter and summer, the American east coast in both, Turkey, Japan, Vietnam; either way round."""
_NARROW = tuple(dict.fromkeys((*_PEOPLED, 22, -22, *range(4, 57, 4), *range(-48, 0, 4))))


def _shifted(candidate: Candidate, quarters_tried: tuple[int, ...]) -> Iterator[Candidate]:
    place = _place(candidate)
    if place is not None:
        for pair in _pairs(candidate.pairs[place], quarters_tried):
            yield candidate.replaced(place, pair)


def _place(candidate: Candidate) -> int | None:
    """Where the timestamp stands, in milliseconds; None where there is none."""
    for place, pair in enumerate(candidate.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) == 13:
            return place
    return None


def _pairs(sent: bytes, quarters_tried: tuple[int, ...]) -> Iterator[bytes]:
    stamp = int(sent.partition(b"=")[2])
    return (b"timestamp=%d" % (stamp + quarters * 900_000) for quarters in quarters_tried)


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
    plain=plain,
    narrow=narrow,
    size=112,
    composed=30,
    usual=16,
)
