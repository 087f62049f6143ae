"""A signature of an earlier try was signed, and stayed in the request."""

from collections.abc import Iterator
from typing import Final

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.wire import signature_pairs

_MOST: Final = 10


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """Any of the signatures may be the old one: where it stands, or at the end or the front."""
    if len(request.signatures) < 2:
        return
    if candidate is request.base and not request.large:
        yield from _as_it_stands(request)
    for sent in request.signatures[:_MOST]:
        yield candidate.text + b"&signature=" + sent.raw
        yield b"signature=" + sent.raw + b"&" + candidate.text


def _as_it_stands(request: ParsedRequest) -> Iterator[bytes]:
    """Query and form less one of the signatures."""
    query, form = request.raw.query, request.raw_form
    for text in _less_one(query):
        yield text + form
    for text in _less_one(form):
        yield query + text


def _less_one(raw: bytes) -> Iterator[bytes]:
    for found in list(signature_pairs(raw))[:_MOST]:
        before, after = raw[: found.start].removesuffix(b"&"), raw[found.end :].removeprefix(b"&")
        yield before + (b"&" if before and after else b"") + after


RULE = ScopeRule(
    about=RuleText(
        rule="place-signature-twice",
        says="The signature parameter was sent twice.",
        why=(
            "An old signature stayed in the parameter list, was signed with it, and a new one was appended."
        ),
        see="'signature=' stands twice in URL and body.",
        remedy="Remove the old signature before signing.",
        example="params.pop('signature', None)",
    ),
    texts=texts,
    size=30,
    composed=30,
    codes=frozenset({-1022, -1101}),
)
