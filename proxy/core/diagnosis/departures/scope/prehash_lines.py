"""The pre-hash of another exchange: method, host, path and query on lines."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body, value_of


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    method, host = scene.method.encode("utf-8", "replace"), scene.host.encode("utf-8", "replace")
    body, stamp = draft.form_text or other_body(scene), value_of(draft, b"timestamp")
    ordered = b"&".join(sorted(draft.query))
    for query in dict.fromkeys((draft.query_text, ordered)):
        yield b"\n".join((method, host, scene.path, query))
        yield b"\n".join((method, scene.path, query))
        yield b"\n".join((method, scene.path, query, body))
        yield b"\n".join((stamp, method, scene.path, query, body))


RULE = ScopeRule(
    page=Page(
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
