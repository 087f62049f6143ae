"""The path stood in front of the query, as other exchanges ask for."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield scene.path + b"?" + draft.text
    yield scene.path + draft.text
    if draft.form:
        yield scene.path + b"?" + draft.query_text
    yield scene.path.lstrip(b"/") + b"?" + draft.text


RULE = ScopeRule(
    page=Page(
        rule="scope-path-included",
        says="The request path was signed together with the parameters.",
        why="Several exchanges sign path and query. Binance checks the query and the form body alone.",
        see="The signed text begins with '/'.",
        remedy="Drop the path and the '?' and sign only what follows it.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'   # not '/api/v3/order?symbol=...'",
    ),
    texts=texts,
    size=4,
    composed=4,
)
