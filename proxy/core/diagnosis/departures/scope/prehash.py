"""The pre-hash of another exchange: timestamp, method, path, body."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import names_without, other_body, value_of


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    stamp = value_of(candidate, b"timestamp")
    body = candidate.form_text or other_body(request)
    bare = b"&".join(names_without(Candidate(candidate.query), b"timestamp"))
    targets = dict.fromkeys(
        (
            request.path + b"?" + candidate.query_text,
            request.path + b"?" + bare,
            request.path + candidate.query_text,
            request.path,
        )
    )
    for method in (
        request.method.encode("utf-8", "replace"),
        request.method.lower().encode("utf-8", "replace"),
    ):
        for target in targets:
            yield stamp + method + target + body
            yield method + target + stamp + body
            yield method + stamp + target + body
            yield method + target + body
            yield method + b" " + target + body
    for target in targets:
        yield stamp + target + body


RULE = ScopeRule(
    about=RuleText(
        rule="scope-prehash-timestamp-method-path",
        says="Timestamp, method and path were signed as another exchange asks for.",
        why=(
            "OKX, KuCoin and Coinbase sign timestamp + METHOD + path + body. Binance signs query and "
            "form body alone."
        ),
        see="The signed text contains GET, POST, PUT or DELETE.",
        remedy="Use the plain query string, followed by the form body, as payload.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'",
    ),
    texts=texts,
    size=44,
    composed=44,
    usual=20,
)
