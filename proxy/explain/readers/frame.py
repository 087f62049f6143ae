"""A frame of the WebSocket API: one JSON object with `method` and `params`."""

import json
from typing import Final

from proxy.core.diagnosis.observation import Transport
from proxy.core.wire import RawRequest
from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets

_TARGET: Final = b"/ws-api/v3"


def is_frame(text: str) -> bool:
    try:
        return is_frame_object(json.loads(text))
    except (ValueError, RecursionError):
        return False


def is_frame_object(found: object) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("method"), str)
        and isinstance(found.get("params"), dict)
    )


def read_frame_text(text: str) -> list[SeenRequest]:
    """The frame as typed: its numbers sign as they are written, so the text is kept."""
    request = RawRequest("WS", _TARGET, (), octets(text.strip()))
    return [SeenRequest(request, "WebSocket frame", transport=Transport.WEBSOCKET)]
