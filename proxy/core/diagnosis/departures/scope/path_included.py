"""The path stood in front of the query, as other exchanges ask for."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield request.path + b"?" + candidate.text
    yield request.path + candidate.text
    if candidate.form:
        yield request.path + b"?" + candidate.query_text
    yield request.path.lstrip(b"/") + b"?" + candidate.text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-path-included",
        says="The request path was signed together with the parameters.",
        why="Several exchanges sign path and query. Binance checks the query and the form body alone.",
        see="The signed text begins with '/'.",
        remedy="Leave the path and the '?' out: sign only what stands behind the '?'.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'   # not '/api/v3/order?symbol=...'",
    ),
    texts=texts,
    size=4,
    composed=4,
)
