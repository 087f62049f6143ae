"""WebSocket API: apiKey is missing in the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    if not request.websocket:
        return
    rest = tuple(pair for pair in candidate.query if not pair.startswith(b"apiKey="))
    if len(rest) < len(candidate.query):
        yield b"&".join(rest)


RULE = ScopeRule(
    about=RuleText(
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
