"""The signed text begins with the `?` of the URL."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield b"?" + candidate.text
    if candidate.form:
        yield candidate.query_text + b"?" + candidate.form_text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-leading-question-mark",
        says="A '?' was kept at the front of the signed text.",
        why=(
            "The text was cut from the URL together with the question mark, which is not part of the payload."
        ),
        see="The signed text begins with '?'.",
        remedy="Remove the '?' before you sign.",
        example="payload = text.lstrip('?')",
    ),
    texts=texts,
    size=2,
    composed=2,
)
