"""A stray '&' at the end."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield draft.text + b"&"
    if draft.query[-1:] == (b"",):
        yield Draft(draft.query[:-1], draft.form).text
    if draft.form:
        yield draft.query_text + b"&" + draft.form_text + b"&"


RULE = ScopeRule(
    page=Page(
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
