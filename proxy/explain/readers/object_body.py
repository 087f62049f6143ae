"""The body of a request that is an object: a text, the fields of a form, or a value that becomes JSON."""

import json
from collections.abc import Iterator
from typing import Any, Final

from proxy.core.wire import Header
from proxy.explain.readers.literals import octets
from proxy.explain.readers.object_fields import is_answer_text, is_variable, pairs
from proxy.explain.spans import VARIABLES, BodySeen, GapSeen, HeadersSeen, RemarkSeen, Scope, Span

REBUILT: Final = "the object holds the form's fields, not its octets; the body was put together from them"
_FORM: Final = (b"Content-Type", b"application/x-www-form-urlencoded")


def body_spans(body: Any, headers: tuple[Header, ...], scope: Scope, name: str) -> Iterator[Span]:
    """What is known of the body; nothing where its shape is not understood."""
    if isinstance(body, dict):
        rows = body.get("params") or body.get("urlencoded") or body.get("formdata")
        inner = body.get("text") or body.get("raw")
        if not (isinstance(inner, str | bytes) and inner) and isinstance(rows, list):
            yield from _form(body, rows, headers, scope, name)
            return
        body = _of_mapping(body, inner, headers)
    if isinstance(body, str | bytes) and not is_answer_text(body):
        if is_variable(body):
            yield GapSeen(*scope, name, scope, what=VARIABLES)
            return
        yield BodySeen(*scope, name, scope, body=octets(body))
    elif body is None:
        yield BodySeen(*scope, name, scope)


def _form(
    body: dict[str, Any], rows: list[Any], headers: tuple[Header, ...], scope: Scope, name: str
) -> Iterator[Span]:
    """A form of which the fields are told. Postman labels what it calls `urlencoded` itself."""
    joined, gap = pairs(rows)
    if gap:
        yield GapSeen(*scope, name, scope, what=VARIABLES)
    if isinstance(body.get("urlencoded"), list) and not any(
        one.lower() == b"content-type" for one, _ in headers
    ):
        yield HeadersSeen(*scope, name, scope, headers=(_FORM,))
    yield BodySeen(*scope, name, scope, body=joined)
    yield RemarkSeen(*scope, name, scope, says=REBUILT)


def _of_mapping(body: dict[str, Any], inner: object, headers: tuple[Header, ...]) -> object:
    """The body as text; None for an empty one, the mapping itself where it cannot be told what was made of it."""
    if isinstance(inner, str | bytes) and inner:
        return inner
    if any(name.lower() == b"content-type" and b"json" in value for name, value in headers):
        return json.dumps(body)
    return body or None
