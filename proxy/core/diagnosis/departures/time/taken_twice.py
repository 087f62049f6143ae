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


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, 5000)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return _shifted(candidate, 50)


def _shifted(candidate: Candidate, reach: int) -> Iterator[Candidate]:
    """All shifts up to `reach` units, the nearest first; the sent one is usually the later one."""
    for i, pair in enumerate(candidate.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) <= 20:
            before, after = candidate.pairs[:i], candidate.pairs[i + 1 :]
            for distance in range(1, reach + 1):
                for shift in (-distance, distance):
                    yield candidate.with_pairs((*before, b"timestamp=%d" % (int(stamp) + shift), *after))
            return


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
    narrow=narrow,
    size=10_000,
    composed=100,
    facts=facts,
)
