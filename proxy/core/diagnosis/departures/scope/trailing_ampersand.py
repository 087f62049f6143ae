"""The signed text ends in a stray `&`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield candidate.text + b"&"
    if candidate.query[-1:] == (b"",):
        yield Candidate(candidate.query[:-1], candidate.form).text
    if candidate.form:
        yield candidate.query_text + b"&" + candidate.form_text + b"&"


RULE = ScopeRule(
    about=RuleText(
        rule="scope-trailing-ampersand",
        says="A stray '&' stood at the end of the signed text, or of the sent one only.",
        why="Every pair was written as 'name=value&'; the last '&' was signed.",
        see="The signed text ends in '&'.",
        remedy="Remove the last '&' before signing.",
        example="payload = payload.rstrip('&')",
    ),
    texts=texts,
    size=3,
    composed=3,
)
