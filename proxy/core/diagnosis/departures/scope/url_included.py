"""Scheme, host and path of the URL were signed with the payload."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    host = request.host.encode("utf-8", "replace")
    if not host:
        return
    for start in (b"https://" + host, b"http://" + host, host, b"//" + host):
        yield start + request.path + b"?" + candidate.text
        yield start + request.path + candidate.text
        yield start + request.path


RULE = ScopeRule(
    about=RuleText(
        rule="scope-url-included",
        says="The host, or the whole URL, was signed together with the parameters.",
        why="Binance does not sign the host: one and the same query is valid on every mirror.",
        see="The signed text contains a host name.",
        remedy="Sign only what follows the '?'.",
        example="payload = url.split('?', 1)[1]",
    ),
    texts=texts,
    size=12,
    composed=12,
)
