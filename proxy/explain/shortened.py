"""What a window or a person did to long texts: lines that were wrapped, stretches with dots in their place."""

import re
from dataclasses import replace
from typing import Final

from msgspec import structs

from proxy.core.diagnosis.examination.observation import Transport
from proxy.core.wire import BodyKind, body_kind
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.placeholders import without_stand_ins

WRAPPED: Final = "line breaks within the parameters were taken out: a long line was wrapped"
SHORTENED: Final = "a part of the parameters has dots or blanks in its place"
_BREAK: Final = re.compile(rb"[ \t]*\r?\n[ \t]*(?:>[ \t]?){0,5}[ \t\r\n]*")
_WRITTEN_BREAK: Final = re.compile(rb"%0A|%0D%0A")
_REBUILT: Final = "put together"
_DOTS: Final = re.compile(rb"\.\.\.|\xe2\x80\xa6|%E2%80%A6|\[truncated\]", re.IGNORECASE)


def as_one_line(seen: SeenRequest) -> SeenRequest:
    """With target and form on one line, as they travel; with what dots stand for marked as unseen."""
    if seen.transport is not Transport.REST or seen.record is not None:
        return seen
    request, body = seen.request, seen.request.body
    form = body_kind(body, request.header(b"content-type")) is BodyKind.FORM
    target = _BREAK.sub(b"", request.target)
    if form and any(
        _REBUILT in remark for remark in seen.remarks
    ):  # of fields, whose line breaks were encoded then
        body = _WRITTEN_BREAK.sub(b"", body)
    if form:
        body = _BREAK.sub(b"", body.rstrip(b"\r\n")) + body[len(body.rstrip(b"\r\n")) :]
    if (target, body) != (request.target, request.body):
        request = structs.replace(request, target=target, body=body)
        seen = replace(seen, request=request, remarks=(*seen.remarks, WRAPPED))
    path, mark, query = target.partition(b"?")
    plain = path + mark + without_stand_ins(query)
    if (
        _DOTS.search(plain) or (form and _DOTS.search(without_stand_ins(body))) or b" " in plain
    ):  # which none has
        parts = seen.unseen | {Part.PARAMETERS, Part.SIGNATURE}
        seen = replace(seen, unseen=parts, remarks=(*seen.remarks, SHORTENED))
    return seen
