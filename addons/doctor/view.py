"""The content view "Binance signature": what was signed, what should have been, and what to do."""

from collections.abc import Callable, Sequence

from mitmproxy import contentviews, flow, http
from mitmproxy.websocket import WebSocketMessage

type Lines = Callable[[http.HTTPFlow, WebSocketMessage | None], Sequence[str]]
type Mistaken = Callable[[http.HTTPFlow, WebSocketMessage | None], bool]


class BinanceSignature(contentviews.Contentview):
    """Shown by itself for requests that are mistaken, and on demand for all requests to Binance.

    It runs on the user's own terminal, so it shows raw values; secrets and signatures are starred.
    """

    def __init__(self, lines: Lines, mistaken: Mistaken) -> None:
        self._lines = lines
        self._mistaken = mistaken

    @property
    def name(self) -> str:
        return "Binance signature"

    @property
    def syntax_highlight(self) -> contentviews.SyntaxHighlight:
        return "none"

    def prettify(self, data: bytes, metadata: contentviews.Metadata) -> str:
        found = _http(metadata.flow)
        if found is None:
            raise ValueError("not an HTTP flow")
        return "\n".join(self._lines(found, metadata.websocket_message))

    def render_priority(self, data: bytes, metadata: contentviews.Metadata) -> float:
        found = _http(metadata.flow)
        if found is None or isinstance(metadata.http_message, http.Response):
            return -1
        return 2 if self._mistaken(found, metadata.websocket_message) else -1


def _http(found: flow.Flow | None) -> http.HTTPFlow | None:
    return found if isinstance(found, http.HTTPFlow) else None
