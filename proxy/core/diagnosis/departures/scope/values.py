"""The values were signed without their names."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import value_of
from proxy.core.wire import pair_value


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    values = [pair_value(pair) for pair in candidate.pairs]
    for separator in (b"", b"&", b",", b"|", b" ", b"\n"):
        yield separator.join(values)
    stamp, window = value_of(candidate, b"timestamp"), value_of(candidate, b"recvWindow")
    yield stamp + window
    yield window + stamp
    yield stamp


RULE = ScopeRule(
    about=RuleText(
        rule="scope-values-concatenated",
        says="Bare values were signed instead of name=value pairs.",
        why="Other recipes concatenate values. Binance needs the pairs exactly as they are sent.",
        see="The signed text contains no '='.",
        remedy="Sign name=value pairs joined with '&', exactly as they are sent.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'   # not 'BTCUSDT1700000000000'",
    ),
    texts=texts,
    size=9,
    composed=9,
)
