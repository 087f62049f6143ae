"""The text of an empty body, such as {} or null, was signed with the payload."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    if candidate.form:
        return
    for word in (b"{}", b"null", b"undefined", b"None", b'""', b"[]", b"nil", b"false", b"[object Object]"):
        yield candidate.text + word
        yield candidate.text + b"&" + word


RULE = ScopeRule(
    about=RuleText(
        rule="scope-empty-body-text-appended",
        says="The text of an empty body, such as '{}' or 'null', was signed after the query.",
        why="A shared helper appends JSON.stringify(body) even where there is no body.",
        see="The signed text ends in {} or null.",
        remedy="Append nothing when there is no form body.",
        example="payload = query + (form_body || '')",
    ),
    texts=texts,
    size=18,
    composed=18,
    usual=4,
)
