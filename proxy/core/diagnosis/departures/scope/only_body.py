"""The body was signed and the query was not."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    return _bodies(draft, scene.other_body)


def narrow(draft: Draft, scene: Scene) -> Iterator[bytes]:
    return _bodies(draft, other_body(scene))


def _bodies(draft: Draft, body: bytes) -> Iterator[bytes]:
    if draft.query and draft.form:
        yield draft.form_text
    if body:
        yield body


RULE = ScopeRule(
    page=Page(
        rule="scope-only-body-signed",
        says="Only the body was signed; the parameters in the query were left out.",
        why=("Binance signs the raw query followed by the form body. A JSON body is not part of it at all."),
        see="Change a parameter of the query: your signature stays the same.",
        remedy="Sign the query, followed directly by the form body if there is one.",
        example="payload = query + form_body   # a JSON body: payload = query",
    ),
    texts=texts,
    narrow=narrow,
    size=2,
    composed=2,
)
