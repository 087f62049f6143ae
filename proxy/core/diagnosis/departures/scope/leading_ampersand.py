"""The signed text begins with a stray `&`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield b"&" + candidate.text
    if candidate.form:
        yield b"&" + candidate.query_text + b"&" + candidate.form_text
    if candidate.query[:1] == (b"",):
        yield Candidate(candidate.query[1:], candidate.form).text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-leading-ampersand",
        says="A stray '&' stood at the front of the signed text, or of the sent one only.",
        why=("Every pair was written as '&name=value'; signing and sending treat the first '&' differently."),
        see="The signed text or the query begins with '&'.",
        remedy="Join pairs with '&' between them and sign exactly the text that follows '?'.",
        example="'&'.join(f'{name}={value}' for name, value in params)",
    ),
    texts=texts,
    size=3,
    composed=3,
)
