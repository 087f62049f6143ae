"""A stray '&' in front."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield b"&" + draft.text
    if draft.form:
        yield b"&" + draft.query_text + b"&" + draft.form_text
    if draft.query[:1] == (b"",):
        yield Draft(draft.query[1:], draft.form).text


RULE = ScopeRule(
    page=Page(
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
