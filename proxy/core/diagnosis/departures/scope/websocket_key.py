"""WebSocket API: apiKey is missing in the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    if not scene.websocket:
        return
    rest = tuple(pair for pair in draft.query if not pair.startswith(b"apiKey="))
    if len(rest) < len(draft.query):
        yield b"&".join(rest)


RULE = ScopeRule(
    page=Page(
        rule="ws-apikey-not-signed",
        says="apiKey was left out of the signed text of a WebSocket request.",
        why="On the WebSocket API the key is a param and part of the payload; on REST it is neither.",
        see="The signed text contains no apiKey=.",
        remedy="Sign all params except signature, apiKey included, sorted by name.",
        example="payload = 'apiKey=...&quantity=1&symbol=BTCUSDT&timestamp=1700000000000'",
    ),
    texts=texts,
    size=1,
    composed=1,
    alike=frozenset({"scope-param-added-after-signing"}),
)
