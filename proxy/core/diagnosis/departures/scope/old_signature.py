"""A signature of an earlier try was signed, and stayed in the request."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    for sent in request.signatures[:-1][:10]:
        yield candidate.text + b"&signature=" + sent.raw
        yield b"signature=" + sent.raw + b"&" + candidate.text


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
    size=20,
    composed=20,
    codes=frozenset({-1022, -1101}),
)
