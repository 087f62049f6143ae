"""The clock was read twice, for the signed timestamp and for the sent one."""

import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import (
    Axis,
    Candidate,
    Facts,
    Match,
    PairsRule,
    ParsedRequest,
    RuleText,
)
from proxy.core.wire import pair_name

_FAR = 5000
_NEAR = 50


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, _FAR)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, _NEAR)


def plain(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """The texts of all candidates."""
    place = _place(candidate)
    if place is not None:
        sent = candidate.pairs[place].partition(b"=")[2]
        marked = candidate.replaced(place, b"timestamp=\0")  # which hardly any request has besides
        if marked.text.count(b"\0") == 1:
            before, _, after = marked.text.partition(b"\0")
            yield from (b"%b%d%b" % (before, stamp, after) for stamp in _stamps(int(sent), _FAR))
            return
    yield from (other.text for other in candidates(candidate, request))


def _shifted(candidate: Candidate, reach: int) -> Iterator[Candidate]:
    place = _place(candidate)
    if place is not None:
        before, after = candidate.pairs[:place], candidate.pairs[place + 1 :]
        for stamp in _stamps(int(candidate.pairs[place].partition(b"=")[2]), reach):
            yield candidate.with_pairs((*before, b"timestamp=%d" % stamp, *after))


def _place(candidate: Candidate) -> int | None:
    """Where the timestamp stands: a whole number."""
    for place, pair in enumerate(candidate.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) <= 20:
            return place
    return None


def _stamps(sent: int, reach: int) -> Iterator[int]:
    """All shifts up to `reach` units, the nearest first; the sent one is usually the later one."""
    for distance in range(1, reach + 1):
        yield sent - distance
        yield sent + distance


def facts(match: Match, request: ParsedRequest) -> Facts:
    """How far the signed clock reading is from the sent one; negative: it was read earlier."""
    signed, sent = _STAMP.search(match.text), _STAMP.search(request.expected)
    return (("signed_minus_sent", int(signed[1]) - int(sent[1])),) if signed and sent else ()


_STAMP = re.compile(rb"timestamp=([0-9]{1,20})")

RULE = PairsRule(
    about=RuleText(
        rule="scope-timestamp-taken-twice",
        says="The clock was read twice: one timestamp was signed and another one sent.",
        why=(
            "The timestamp was computed once for the signature and once more, some milliseconds later, "
            "for the URL."
        ),
        see="Two calls of the clock in the code of one request.",
        remedy="Read the clock once, keep the value, and use it in both places.",
        example="now_ms = int(time.time() * 1000); params['timestamp'] = now_ms",
    ),
    axis=Axis.TIME,
    candidates=candidates,
    plain=plain,
    narrow=narrow,
    size=10_000,
    composed=100,
    facts=facts,
)
