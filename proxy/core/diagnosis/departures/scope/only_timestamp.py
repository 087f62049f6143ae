"""Only timestamp (and recvWindow) were signed."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import pair_of


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    stamp, window = pair_of(candidate, b"timestamp"), pair_of(candidate, b"recvWindow")
    if stamp is None:
        return
    yield stamp
    if window is not None and len(candidate.pairs) > 2:  # else both are all there is: signed in another order
        yield window + b"&" + stamp
        yield stamp + b"&" + window


RULE = ScopeRule(
    about=RuleText(
        rule="scope-only-timestamp-signed",
        says="Only the timestamp was signed; the other parameters were sent unsigned.",
        why=(
            "The signing helper was called before the business parameters were added, or signs a fixed text."
        ),
        see="Change any other parameter: your signature stays the same.",
        remedy="Sign every parameter that is sent, in the order in which it is sent.",
        example="payload = 'symbol=BTCUSDT&side=BUY&...&timestamp=1700000000000'",
    ),
    texts=texts,
    size=3,
    composed=3,
    alike=frozenset({"scope-param-added-after-signing"}),
)
