"""Query and form were joined with a separator."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    if candidate.query and candidate.form:
        for separator in (b"&", b"?", b"\n", b" ", b","):
            yield candidate.query_text + separator + candidate.form_text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-ampersand-between-query-and-body",
        says="Query and form body were joined with a separator before signing.",
        why="Binance puts the form body directly after the query, with nothing in between.",
        see="The payload contains '&' (or '?') where the query ends and the body begins.",
        remedy="Join query and form body with nothing in between: payload = query + form_body.",
        example="payload = query + form_body   # '...timeInForce=GTCquantity=1&...'",
    ),
    texts=texts,
    size=5,
    composed=5,
)
