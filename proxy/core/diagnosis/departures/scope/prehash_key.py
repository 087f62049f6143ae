"""The pre-hash of another exchange: timestamp, key, window, query."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import names_without, other_body, value_of


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    key = request.known_api_key
    if not key:
        return
    stamp, window = value_of(candidate, b"timestamp"), value_of(candidate, b"recvWindow")
    bare = b"&".join(names_without(candidate, b"timestamp", b"recvWindow"))
    for rest in dict.fromkeys((bare, candidate.text, other_body(request), b"")):
        yield stamp + key + window + rest
        yield stamp + key + rest
        yield key + stamp + rest
        yield stamp + rest


RULE = ScopeRule(
    about=RuleText(
        rule="scope-prehash-timestamp-key-window",
        says=(
            "Timestamp, API key and recvWindow were signed in front of the query, as another exchange "
            "asks for."
        ),
        why=(
            "Bybit signs timestamp + key + recvWindow + query; others sign nonce and key. Binance signs "
            "query and form body alone."
        ),
        see="The signed text begins with digits and contains the API key.",
        remedy="Use the plain query string, followed by the form body, as payload.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'",
    ),
    texts=texts,
    size=16,
    composed=16,
)
