"""Query and form were joined with a separator."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    if draft.query and draft.form:
        for separator in (b"&", b"?", b"\n", b" ", b","):
            yield draft.query_text + separator + draft.form_text


RULE = ScopeRule(
    page=Page(
        rule="scope-ampersand-between-query-and-body",
        says="Query and form body were joined with a separator before signing.",
        why="Binance puts the form body directly after the query, with nothing in between.",
        see="The payload contains '&' (or '?') where the query ends and the body begins.",
        remedy="Concatenate query and form body with nothing in between.",
        example="payload = query + form_body   # '...timeInForce=GTCquantity=1&...'",
    ),
    texts=texts,
    size=5,
    composed=5,
)
