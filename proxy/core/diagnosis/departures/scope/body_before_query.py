"""The form was put in front of the query."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    if draft.query and draft.form:
        yield draft.form_text + draft.query_text
        yield draft.form_text + b"&" + draft.query_text


RULE = ScopeRule(
    page=Page(
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
