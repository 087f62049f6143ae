"""The query was signed and the form was not."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    if candidate.form:
        yield candidate.query_text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-form-body-not-signed",
        says="The form body was sent but left out of the signature.",
        why=(
            "Parameters in an application/x-www-form-urlencoded body belong to the payload, directly "
            "after the query."
        ),
        see="Change a parameter of the body: your signature stays the same.",
        remedy="Sign the query followed directly by the form body, or move everything into the query.",
        example="payload = query + form_body",
    ),
    texts=texts,
    size=1,
    composed=1,
)
