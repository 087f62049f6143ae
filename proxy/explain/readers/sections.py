"""Parts under a heading, as consoles print them: Request Headers, Request Body, Response Headers, Response Body."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote_plus

from proxy.core.wire import Header
from proxy.explain.readers.literals import octets
from proxy.explain.spans import BodySeen, HeadersSeen, RemarkSeen, Span

NAME: Final = "console"
_HEADING: Final = re.compile(
    r"^[^\w\n]{0,10}(?P<whose>request|response)[ _-]?(?P<what>headers?|body|payload|data)[^\w\n{\[]{0,10}$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE: Final = re.compile(
    r"[ \t]*[\"']?(?P<name>[A-Za-z@][\w.\[\]-]{0,100})[\"']?[ \t]?(?::|=>)(?P<value>[^\n]*+)(?:\n|\Z)"
)
_MOST: Final = 500
REBUILT: Final = "the console shows the form's fields, not its octets; the body was put together from them"


def find(text: str) -> Iterator[Span]:
    """Headers of an answer are claimed and say nothing of the request. A heading that is a row of the one before it
    (`request_body:`) begins no part of its own: else every row would be read under each of them."""
    end = 0
    for number, found in enumerate(_HEADING.finditer(text)):
        if number == _MOST:
            return
        if found.start() < end:
            continue
        response = found["whose"].lower() == "response"
        rows, end = _rows(text, found.end() + 1)
        if found["what"].lower().startswith("header"):
            if response:
                yield Span(found.start(), end, NAME)
            else:
                headers: tuple[Header, ...] = tuple((octets(name), octets(value)) for name, value in rows)
                yield HeadersSeen(found.start(), end, NAME, headers=headers, whole=bool(rows))
        elif rows and not response:
            pairs = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in rows)
            yield BodySeen(found.start(), end, NAME, body=octets(pairs))
            yield RemarkSeen(found.start(), end, NAME, says=REBUILT)


def _rows(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """`name: value` lines up to the first line that is none; values without their quotes."""
    rows: list[tuple[str, str]] = []
    while len(rows) < _MOST and (found := _LINE.match(text, at)):
        value = found["value"].strip().rstrip(",")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        rows.append((found["name"], value))
        at = found.end()
    return rows, min(at, len(text))
