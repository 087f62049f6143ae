"""A line end was signed with the payload."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield draft.text + b"\n"
    yield draft.text + b"\r\n"
    yield draft.text + b"\r"
    yield draft.text + b"\n\n"
    if draft.form:
        yield draft.query_text + b"\n" + draft.form_text + b"\n"


RULE = ScopeRule(
    page=Page(
        rule="scope-trailing-newline",
        says="A line break was signed together with the payload.",
        why="echo and here-strings end their text with a line break, which openssl then signs.",
        see="In a shell: echo without -n, or <<< in front of openssl.",
        remedy="Use printf '%s' or echo -n.",
        example='printf \'%s\' "$payload" | openssl dgst -sha256 -hmac "$SECRET"',
    ),
    texts=texts,
    size=5,
    composed=5,
)
