"""HAR 1.2, as browsers, proxies and API tools export it: every entry, and frames of a WebSocket.

A HAR that this program exported carries the journal's record in each entry (`_flow`) and goes to that reader.
"""

import base64
import binascii
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote_plus

from msgspec import structs

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.wire import Header, RawRequest, escape_illegal
from proxy.explain.answers import answer_of
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.readers.frame import frames_with_answers, objects_of
from proxy.explain.readers.journal import record_of
from proxy.explain.readers.literals import octets
from proxy.explain.readers.methods import GUESSED, guess
from proxy.explain.readers.urls import Place, split_url

REBUILT: Final = "the HAR holds the form's fields, not its octets; the body was put together from them"
OTHER_SIZE: Final = "the body's octets (the HAR tells its fields and another size than theirs)"
NO_TEXT: Final = "the body (the HAR tells its size, not its text)"


def is_har(found: object) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("log"), dict)
        and isinstance(found["log"].get("entries"), list)
    )


def read_har(har: dict[str, Any]) -> list[SeenRequest]:
    """All entries in order; one that cannot be read is left out."""
    seen: list[SeenRequest] = []
    for entry in har["log"]["entries"]:
        if not isinstance(entry, dict):
            continue
        if isinstance(entry.get("_flow"), dict):
            record = record_of(entry["_flow"], entry.get("_outcome"))
            seen += [record] if record else []
            continue
        if entry.get("_side") == "client" and "_requestId" in entry:
            continue  # its other side carries the record
        place = split_url(octets(_text(_dict(entry.get("request")).get("url"))))
        if place is None:
            continue
        frames = _frames(entry, place)
        seen += frames or [_entry(entry, place)]
    return seen


def _entry(entry: dict[str, Any], place: Place) -> SeenRequest:
    request = _dict(entry.get("request"))
    headers = _headers(request.get("headers"))
    body, gaps, remarks = _body(request)
    method, sure = _text(request.get("method")), True
    if not method:
        method, sure = guess(place.target, has_body=bool(body))
        remarks = (*remarks, GUESSED.format(method))
    return SeenRequest(
        RawRequest(method, place.target, headers, body),
        "HAR entry",
        host=place.host,
        port=place.port,
        answer=_answer(_dict(entry.get("response"))),
        started_ms=started_ms(entry.get("startedDateTime")),
        unseen=frozenset() if sure else frozenset({Part.METHOD}),
        gaps=gaps,
        remarks=remarks,
    )


def _body(request: dict[str, Any]) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    """Body, gaps and remarks."""
    posted = _dict(request.get("postData"))
    text = _text(posted.get("text"))
    if text:
        if posted.get("encoding") == "base64":
            return _unbase64(text), (), ()
        return octets(text), (), ()
    params = posted.get("params")
    if isinstance(params, list) and params:
        pairs = [_pair(_dict(param)) for param in params]
        rebuilt = b"&".join(pairs)
        size = request.get("bodySize")
        differs = isinstance(size, int) and size > 0 and size != len(rebuilt)
        return rebuilt, (OTHER_SIZE,) if differs else (), (REBUILT,)
    size = request.get("bodySize")
    return b"", (NO_TEXT,) if isinstance(size, int) and size > 0 else (), ()


def _pair(param: dict[str, Any]) -> bytes:
    """A field of a form. A value that could not have stood on the wire is encoded as forms are."""
    name, value = _text(param.get("name")), _text(param.get("value"))
    raw = octets(value)
    plain = raw if escape_illegal(raw) == raw and b"&" not in raw else quote_plus(raw).encode("ascii")
    return octets(name) + b"=" + plain


def _answer(response: dict[str, Any]) -> AnswerSeen | None:
    status = response.get("status")
    if not isinstance(status, int) or not 100 <= status <= 599:
        return None
    content = _dict(response.get("content"))
    text = _text(content.get("text"))
    body = _unbase64(text) if content.get("encoding") == "base64" else octets(text)
    return answer_of(status, _headers(response.get("headers")), body)


def _frames(entry: dict[str, Any], place: Place) -> list[SeenRequest]:
    """Requests that a WebSocket sent, as Chrome records them, each with the answer of the same id."""
    messages = entry.get("_webSocketMessages")
    if not isinstance(messages, list):
        return []
    texts = [_text(_dict(one).get("data")) for one in messages]
    headers = _headers(_dict(entry.get("request")).get("headers"))
    return [
        replace(
            frame,
            request=structs.replace(frame.request, target=place.target, headers=headers),
            host=place.host,
            port=place.port,
        )
        for frame in frames_with_answers(objects_of(texts))
    ]


def started_ms(text: object) -> int | None:
    """An ISO 8601 time as Unix ms; None for anything else, and for a time without a zone."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return int(moment.timestamp() * 1000) if moment is not None and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _headers(found: object) -> tuple[Header, ...]:
    rows = [_dict(row) for row in found] if isinstance(found, list) else []
    return tuple(
        (octets(name), octets(_text(row.get("value"))))
        for row in rows
        if (name := _text(row.get("name"))) and not name.startswith(":")
    )


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _dict(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
