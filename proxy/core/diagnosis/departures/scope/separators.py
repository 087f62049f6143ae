"""The pairs were joined with other separators than `=` and `&`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.wire import pair_value


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    cut = [(pair.partition(b"=")[0], pair_value(pair)) for pair in candidate.pairs]
    for inner, outer in _SEPARATORS:
        yield outer.join(map(inner.join, cut))


_SEPARATORS = (
    (b"", b""), (b"=", b""), (b"=", b","), (b"=", b";"), (b"=", b"\n"), (b"=", b" "), (b"=", b"|"),
    (b"=", b", "), (b":", b""), (b":", b","), (b":", b"&"), (b"", b"&"), (b": ", b", "),
)  # fmt: skip

RULE = ScopeRule(
    about=RuleText(
        rule="scope-separators-dropped",
        says="The pairs were signed with other separators than '=' and '&'.",
        why=(
            "Recipes of other services join names and values directly, or with colons, commas or line breaks."
        ),
        see="The signed text lacks '=' or '&' where the query has them.",
        remedy="Join pairs with '&' and names to values with '=', exactly as sent.",
        example="payload = 'symbol=BTCUSDT&side=BUY'   # not 'symbolBTCUSDTsideBUY'",
    ),
    texts=texts,
    size=13,
    composed=13,
    usual=4,
)
