"""A JSON body was made part of the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    return _appended(candidate, request, request.other_body)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    return _appended(candidate, request, other_body(request))


def _appended(candidate: Candidate, request: ParsedRequest, body: bytes) -> Iterator[bytes]:
    query = candidate.text
    if not body:
        return
    yield query + body
    yield query + b"&" + body
    yield query + b"?" + body
    yield query + b"&body=" + body
    yield body + query
    yield body + b"&" + query
    for text in request.respaced_bodies:
        yield query + text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-json-body-appended",
        says="The JSON body was signed together with the query string.",
        why=(
            "A JSON body is never part of the payload. Binance checks the query alone, so the two texts "
            "differ by the whole body."
        ),
        see="The signed text ends in a brace, or is longer than the query.",
        remedy=(
            "Sign the query string alone, and send the JSON body as it is; the body is never part of "
            "the signed text."
        ),
        example="payload = 'recvWindow=5000&timestamp=1700000000000'   # not: payload + json_text",
    ),
    texts=texts,
    narrow=narrow,
    size=8,
    composed=8,
)
