"""Requests, answers and errors in any text: every reader takes what it recognises, the next one what is left.

Notations that say where a request begins and ends come first; then what can stand anywhere.
"""

from dataclasses import replace
from typing import Final

from proxy.explain.assembler import assemble
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers import (
    blocks,
    bodies,
    calls,
    commands,
    futures_sdk,
    header_words,
    method_words,
    mitm_text,
    objects,
    quoted_lines,
    replies,
    rust_request,
    sections,
    url,
)
from proxy.explain.readers.notations import name_of
from proxy.explain.spans import Finder, Span, UrlSeen

NOTATIONS: Final[tuple[Finder, ...]] = (
    futures_sdk.find,
    commands.find,
    calls.find,
    rust_request.find,
    objects.find,
    mitm_text.find,
    blocks.find,
    quoted_lines.find,
    sections.find,
)
ANYWHERE: Final[tuple[Finder, ...]] = (
    header_words.find,  # before answers, which tell it whose headers they are
    method_words.find,
    replies.find,
    url.find,
    bodies.find,
)


def find_notations(text: str) -> list[SeenRequest]:
    """Requests of a text in which a notation shows one; empty where none does."""
    spans, rest = _found(text, NOTATIONS)
    if not any(isinstance(span, UrlSeen) for span in spans):
        return []
    return _named(assemble([*spans, *_found(rest, ANYWHERE)[0]]), text)


def find_anywhere(text: str) -> list[SeenRequest]:
    """Requests of any text, by the URLs, forms and words in it."""
    spans, rest = _found(text, NOTATIONS)
    return _named(assemble([*spans, *_found(rest, ANYWHERE)[0]]), text)


def _found(text: str, readers: tuple[Finder, ...]) -> tuple[list[Span], str]:
    """All spans, and the text with blanks in their place."""
    spans: list[Span] = []
    for reader in readers:
        found = list(reader(text))
        spans += found
        text = replies.blanked(text, [span.scope or (span.start, span.end) for span in found])
    return spans, text


def _named(seen: list[SeenRequest], text: str) -> list[SeenRequest]:
    """What was found by URLs alone has the name of the text, if it has one."""
    name = name_of(text)
    return [replace(one, form=name) if one.form == url.NAME and name else one for one in seen]
