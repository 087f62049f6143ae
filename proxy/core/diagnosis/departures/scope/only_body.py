"""The body was signed and the query was not."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    return _bodies(candidate, request.other_body)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    return _bodies(candidate, other_body(request))


def _bodies(candidate: Candidate, body: bytes) -> Iterator[bytes]:
    if candidate.query and candidate.form:
        yield candidate.form_text
    if body:
        yield body


RULE = ScopeRule(
    about=RuleText(
        rule="scope-only-body-signed",
        says="Only the body was signed; the parameters in the query were left out.",
        why=("Binance signs the raw query followed by the form body. A JSON body is not part of it at all."),
        see="Change a parameter of the query: your signature stays the same.",
        remedy="Sign the query, directly followed by the form body if there is one.",
        example="payload = query + form_body   # a JSON body: payload = query",
    ),
    texts=texts,
    narrow=narrow,
    size=2,
    composed=2,
)
