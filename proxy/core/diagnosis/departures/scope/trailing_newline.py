"""A line end was signed with the payload."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield candidate.text + b"\n"
    yield candidate.text + b"\r\n"
    yield candidate.text + b"\r"
    yield candidate.text + b"\n\n"
    if candidate.form:
        yield candidate.query_text + b"\n" + candidate.form_text + b"\n"


RULE = ScopeRule(
    about=RuleText(
        rule="scope-trailing-newline",
        says="A line break was signed together with the payload.",
        why="echo and here-strings end their text with a line break, which openssl then signs.",
        see="In a shell: echo without -n, or <<< in front of openssl.",
        remedy=(
            "Sign the text without a line break: use printf '%s' or echo -n in a shell, rstrip() or "
            "trim() in a program."
        ),
        example='printf \'%s\' "$payload" | openssl dgst -sha256 -hmac "$SECRET"',
    ),
    texts=texts,
    size=5,
    composed=5,
)
