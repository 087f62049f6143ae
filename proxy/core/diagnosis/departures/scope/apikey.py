"""The API key was in the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text
    for key in dict.fromkeys(key for key in (request.known_api_key, request.sent_key) if key):
        yield b"apiKey=" + key + b"&" + text
        yield text + b"&apiKey=" + key
        yield key + text
        yield text + key
        yield b"&".join(sorted((*candidate.pairs, b"apiKey=" + key)))
        yield key + b"&" + text
        yield text + b"&" + key
        for name in (b"X-MBX-APIKEY", b"apikey", b"api_key", b"key", b"accessKey"):
            yield name + b"=" + key + b"&" + text
            yield text + b"&" + name + b"=" + key


RULE = ScopeRule(
    about=RuleText(
        rule="scope-apikey-signed",
        says="The API key was part of the signed text.",
        why=(
            "On REST the key travels in the X-MBX-APIKEY header and is not signed. The WebSocket API "
            "and other exchanges do sign it."
        ),
        see="The signed text contains your API key.",
        remedy="Leave the key out of the payload; send it only as the X-MBX-APIKEY header.",
        example="payload = 'symbol=BTCUSDT&timestamp=1700000000000'   # no apiKey=",
    ),
    texts=texts,
    size=34,
    composed=34,
    usual=8,
)
