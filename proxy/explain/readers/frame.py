"""Frames of the WebSocket API: JSON objects with `method` and `params`; alone, one a line, or in a program's log.

The answer of the same `id` belongs to its frame (web-socket-api.md, "Response format").
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from proxy.core.diagnosis.examination.observation import AnswerSeen, Transport
from proxy.core.wire import RawRequest
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets

_TARGET: Final = b"/ws-api/v3"
_METHOD: Final = re.compile(r"[a-z]\w{0,40}(?:\.\w{1,40}){0,4}")
"""Unlike those of HTTP, which stand beside `params` in the settings of axios."""
_OPENS: Final = re.compile(r"^[^{\n]{0,400}(?=\{)", re.MULTILINE)
_LONGEST: Final = 64 * 1024
_MOST: Final = 1000
_DECODER: Final = json.JSONDecoder()

type _Text = tuple[str, dict[str, Any]]
"""A JSON object, as it was written and as it is read."""


def is_frame_object(found: object) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("method"), str)
        and isinstance(found.get("params"), dict)
    )


def read_frame_text(text: str) -> list[SeenRequest]:
    """The frame as typed: its numbers sign as they are written, so the text is kept."""
    return [_seen(text, None)]


def read_frame_log(text: str) -> list[SeenRequest]:
    """All frames of a log, each with its answer, where that stands behind it."""
    if '\\"method\\"' in text:  # inside the text of another program: Rust's `Text("{\\"id\\":...")`
        text = text.replace('\\"', '"')
    if '"method"' not in text or '"params"' not in text:
        return []
    return frames_with_answers(_objects(text))


def frames_with_answers(texts: Iterable[_Text]) -> list[SeenRequest]:
    """Of JSON objects in the order of the text, those that are frames."""
    found = list(texts)
    return [
        _seen(text, _answer(frame, found[place + 1 :]))
        for place, (text, frame) in enumerate(found)
        if is_frame_object(frame) and "id" in frame and _METHOD.fullmatch(frame["method"])
    ]


def objects_of(texts: Iterable[str]) -> Iterator[_Text]:
    """Those of the texts that are JSON objects."""
    for text in texts:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield text, found


def _objects(text: str) -> Iterator[_Text]:
    """Objects that begin with the first brace of a line; they may have several lines."""
    end = 0
    for number, opened in enumerate(_OPENS.finditer(text)):
        at = opened.end()
        if number >= _MOST:
            return
        if at < end:
            continue
        piece = text[at : at + _LONGEST]
        try:
            found, length = _DECODER.raw_decode(piece)
        except (ValueError, RecursionError):
            continue
        end = at + length
        yield piece[:length], found


def _answer(frame: dict[str, Any], behind: Iterable[_Text]) -> AnswerSeen | None:
    for text, found in behind:
        status = found.get("status")
        if found.get("id") == frame["id"] and isinstance(status, int) and "method" not in found:
            return AnswerSeen(status, (), octets(text))
    return None


def _seen(text: str, answer: AnswerSeen | None) -> SeenRequest:
    request = RawRequest("WS", _TARGET, (), octets(text.strip()))
    return SeenRequest(request, "WebSocket frame", transport=Transport.WEBSOCKET, answer=answer)
