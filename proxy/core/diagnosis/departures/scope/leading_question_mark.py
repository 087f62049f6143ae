"""The '?' stayed at the front."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield b"?" + draft.text
    if draft.form:
        yield draft.query_text + b"?" + draft.form_text


RULE = ScopeRule(
    page=Page(
        rule="scope-leading-question-mark",
        says="A '?' was kept at the front of the signed text.",
        why=(
            "The text was cut from the URL together with the question mark, which is not part of the payload."
        ),
        see="The signed text begins with '?'.",
        remedy="Strip the '?' before signing.",
        example="payload = text.lstrip('?')",
    ),
    texts=texts,
    size=2,
    composed=2,
)
