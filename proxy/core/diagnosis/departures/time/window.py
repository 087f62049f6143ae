"""Another recvWindow was signed than was sent."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.wire import pair_name


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    for i, pair in enumerate(candidate.pairs):
        if pair_name(pair) == b"recvWindow":
            for window in _COMMON:
                text = b"recvWindow=" + window
                yield candidate.replaced(i, text)
            return


_COMMON = (
    *(
        b"%d" % ms
        for ms in (5000, 60000, 10000, 6000, 20000, 30000, 50000, 1000, 2000, 3000, 15000, 40000, 59999)
    ),
    *(b"4000", b"5", b"60", b"500", b"5000.0", b"10000.0"),
)

RULE = PairsRule(
    about=RuleText(
        rule="time-recvwindow-differs",
        says="The recvWindow was signed with another value than it was sent.",
        why="A default of the library replaced the caller's value between signing and sending.",
        see="Two different recvWindow values in the code or configuration.",
        remedy="Decide the value once, before signing.",
        example="params.setdefault('recvWindow', 5000)",
    ),
    axis=Axis.TIME,
    candidates=candidates,
    size=19,
    composed=19,
    usual=5,
    alike=frozenset({"enc-number-text-differs"}),
)
