"""The signature field itself was in the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text
    for value in _FILLINGS:
        yield text + b"&signature=" + value
        yield b"signature=" + value + b"&" + text
    yield text + b"&signature"
    if len(candidate.query) > 1:
        *most, stamp = candidate.query
        yield Candidate((*most, b"signature=", stamp), candidate.form).text


_FILLINGS = (
    b"",
    b"undefined",
    b"null",
    b"None",
    b"{{signature}}",
    b"nil",
    b"0",
    b"{signature}",
    b"${signature}",
)

RULE = ScopeRule(
    about=RuleText(
        rule="scope-signature-field-signed",
        says="The signature field was part of the signed text.",
        why=(
            "A placeholder such as 'signature=' (or an old signature) was still among the parameters "
            "when they were signed."
        ),
        see="The signed text contains the word 'signature'.",
        remedy="Remove the signature field before signing.",
        example="params.pop('signature', None)",
    ),
    texts=texts,
    size=23,
    composed=23,
    usual=6,
)
