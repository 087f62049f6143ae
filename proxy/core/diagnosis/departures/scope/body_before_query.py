"""The form was put in front of the query."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    if candidate.query and candidate.form:
        yield candidate.form_text + candidate.query_text
        yield candidate.form_text + b"&" + candidate.query_text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-body-before-query",
        says="The form body was signed in front of the query.",
        why="The order is fixed: first the raw query, then the raw form body.",
        see="Print the signed text: it begins with the first parameter of the body.",
        remedy="Sign the query first, then the form body.",
        example="payload = query + form_body   # not: form_body + query",
    ),
    texts=texts,
    size=2,
    composed=2,
)
