"""What ccxt prints with `verbose`: Python, JavaScript, C# (read from ccxt 4.5.90; the headers as each language
prints them). The answer follows under `fetch Response:` or, in JavaScript, `handleRestResponse:`.
"""

import json
import re
from dataclasses import replace
from typing import Final

from proxy.core.wire import RawRequest
from proxy.explain.answers import answer_of
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import headers_of, octets, read_value
from proxy.explain.readers.urls import split_url

_BLOCK: Final = re.compile(r"(fetch Request|fetch Response|handleRestResponse):")
_REQUEST: Final = re.compile(r"\s*\S{1,60}\s+([A-Z]{3,10})\s+(\S.*?)\s+RequestHeaders:", re.DOTALL)
_RESPONSE: Final = re.compile(
    r"\s*\S{1,60}\s+([A-Z]{3,10})\s+(\S.*?)\s+([1-5][0-9]{2})\b[^\n]*?\s+ResponseHeaders:", re.DOTALL
)
_BODY: Final = re.compile(r"\s*(?:Request|Response)Body:[ \t]*\n?[ \t]?")
_FORM: Final = re.compile(r"[\w.%\[\]-]{1,80}=[^\s&]*&[\w.%\[\]-]{1,80}=")
"""A form has no blanks: what stands behind one in a text whose lines were joined is something else."""
_NOTHING: Final = frozenset({"None", "null", "undefined", ""})
LONGEST_HEAD: Final = 20_000


def read_ccxt(text: str) -> list[SeenRequest]:
    """Every request of the log."""
    seen: list[SeenRequest] = []
    marks = list(_BLOCK.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        block = text[mark.end() : end]
        if mark[1] == "fetch Request":
            request = _request(block)
            seen += [request] if request else []
        elif seen and seen[-1].answer is None:
            seen[-1] = _answered(seen[-1], block)
    return seen


def _request(block: str) -> SeenRequest | None:
    found = _REQUEST.match(block[:LONGEST_HEAD])
    place = split_url(octets(found[2])) if found else None
    if found is None or place is None:
        return None
    headers, body = _headers_and_body(block, found.end())
    request = RawRequest(found[1], place.target, headers, body)
    return SeenRequest(request, "ccxt log", host=place.host, port=place.port)


def _answered(seen: SeenRequest, block: str) -> SeenRequest:
    found = _RESPONSE.match(block[:LONGEST_HEAD])
    if found is None:
        return seen
    headers, body = _headers_and_body(block, found.end())
    return replace(seen, answer=answer_of(int(found[3]), headers, body))


def _headers_and_body(block: str, at: int) -> tuple[tuple[tuple[bytes, bytes], ...], bytes]:
    value = read_value(block, at)
    if value is not None:
        at = value[1]
    found = _BODY.search(block, at)
    body = _body(block[found.end() :]) if found else b""
    return (headers_of(value[0]) if value else ()), body


def _body(text: str) -> bytes:
    """One line, or one JSON value over several. C# prints the body as a JSON text."""
    if text[:1] in ("{", "["):
        try:
            return octets(text[: json.JSONDecoder().raw_decode(text)[1]])
        except (ValueError, RecursionError):
            pass
    bare = text.partition("\n")[0].rstrip("\r")
    first = bare.split(maxsplit=1)[0] if bare.strip() else ""
    if first in _NOTHING:  # what stands behind it, in a text whose lines were joined, is no body
        return b""
    if bare[:1] in ('"', "'") or bare[:2] in ("b'", 'b"'):
        value = read_value(bare, 0)
        if value is not None and isinstance(value[0], str | bytes):
            return octets(value[0])
    if _FORM.match(bare):
        return octets(first)
    return octets(bare.rstrip(" ")) if "=" in first or bare[:1] in ("{", "[") else b""
