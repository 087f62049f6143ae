"""The pre-hash of another exchange: method, host, path and query on lines."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body, value_of


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    method, host = request.method.encode("utf-8", "replace"), request.host.encode("utf-8", "replace")
    body, stamp = candidate.form_text or other_body(request), value_of(candidate, b"timestamp")
    ordered = b"&".join(sorted(candidate.query))
    for query in dict.fromkeys((candidate.query_text, ordered)):
        yield b"\n".join((method, host, request.path, query))
        yield b"\n".join((method, request.path, query))
        yield b"\n".join((method, request.path, query, body))
        yield b"\n".join((stamp, method, request.path, query, body))


RULE = ScopeRule(
    about=RuleText(
        rule="scope-prehash-lines",
        says="Method, host, path and query were signed on separate lines, as another exchange asks for.",
        why="Huobi and AWS-like recipes sign several lines. Binance signs query and form body alone.",
        see="The signed text contains line breaks.",
        remedy="Use the plain query string, followed by the form body, as payload.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'",
    ),
    texts=texts,
    size=8,
    composed=8,
)
