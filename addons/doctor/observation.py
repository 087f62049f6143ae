"""From mitmproxy's flows and messages to the core's `Evidence`: octets as they were on the wire.

Nothing here changes a flow.
"""

import json
import re
import sys
from dataclasses import dataclass
from typing import Any, Final

import brotli  # type: ignore[import-untyped]  # mitmproxy brings it, without types
from mitmproxy import http
from mitmproxy.websocket import WebSocketMessage

from addons.doctor.clock import Seen
from addons.doctor.targets import private_at_sight
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue, prefix_of
from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import AnswerSeen, Neighbour
from proxy.core.diagnosis.frames.frame import read_frame
from proxy.core.foreign_json import UnreadableError, read_digits
from proxy.core.wire import Header, RawRequest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # mitmproxy brings it

_BINANCE: Final = ("binance.com", "binance.us", "binance.vision", "binancefuture.com")
_KEY_HEADER: Final = b"x-mbx-apikey"
_WS_PREFIXES: Final = (b"/ws-api/", b"/ws-fapi/", b"/ws-dapi/")
_LARGEST_ANSWER: Final = 65_536
_LARGEST_FRAME: Final = 262_144
_METHOD: Final = re.compile(r"[a-z][a-zA-Z]{1,24}(\.[a-zA-Z]{1,24}){0,3}")


def concerns_binance(flow: http.HTTPFlow) -> bool:
    """Whether a request is meant for Binance's API: by host and prefix, or by its key header.

    The key header counts on any host, so that a request to a wrong host is told so too.
    """
    host, path = flow.request.host.lower(), _path(flow)
    if path.startswith(_WS_PREFIXES):
        return True
    if prefix_of(path.decode("latin-1")) is None:
        return False
    ours = host in ALLOWED_UPSTREAM_HOSTS or host.endswith(tuple(f".{name}" for name in _BINANCE))
    return ours or private_at_sight(host) or api_key(flow) is not None


def raw_request(flow: http.HTTPFlow) -> RawRequest:
    """The request as it went out. mitmproxy keeps target and body as octets; a body that was streamed through
    is not there to be looked at and counts as empty."""
    return RawRequest(
        method=flow.request.method,
        target=flow.request.data.path,
        headers=_headers(flow.request.headers),
        body=flow.request.raw_content or b"",
    )


def answer_seen(flow: http.HTTPFlow) -> AnswerSeen | None:
    """The answer, decompressed within a bound; None where there was none."""
    response = flow.response
    if response is None:
        return None
    headers = _headers(response.headers)
    coding = next((value for name, value in headers if name.lower() == b"content-encoding"), None)
    return AnswerSeen(response.status_code, headers, _plain(response.raw_content or b"", coding))


def api_key(flow: http.HTTPFlow) -> bytes | None:
    """The key as it travelled in the header."""
    return next((value for name, value in flow.request.headers.fields if name.lower() == _KEY_HEADER), None)


def neighbour(flow: http.HTTPFlow, answer: AnswerSeen) -> Neighbour:
    """What the next diagnosis of the same key may use of this flow."""
    said = read_answer(answer)
    return Neighbour(
        method=flow.request.method,
        path=_path(flow).decode("latin-1")[:200],
        status=answer.status,
        code=said.code if said else None,
        at_ms=round(flow.request.timestamp_start * 1000),
        host=flow.request.host.lower(),
    )


def time_told(flow: http.HTTPFlow, answer: AnswerSeen) -> Seen | None:
    """What the answer says about the exchange's clock."""
    said = read_answer(answer)
    if said is None or said.server_ms is None or flow.response is None:
        return None
    if any(name.lower() == b"age" for name, _ in answer.headers):
        return None  # from a cache: its Date is old
    exact = isinstance(said.data, dict) and said.data.get("serverTime") == said.server_ms
    return Seen(
        asked_ms=flow.request.timestamp_start * 1000,
        answered_ms=flow.response.timestamp_start * 1000,
        exchange_ms=said.server_ms,
        doubt_ms=0 if exact else 999,
    )


def shown_path(method: str, path: bytes) -> str:
    """A path that may stand in a log: one that Binance documents, else only its prefix."""
    text = path.decode("latin-1")
    if Catalogue.builtin().find(method, text) is not None:
        return text
    prefix = prefix_of(text)
    return f"{prefix.path}/<unlisted>" if prefix is not None else "<another path>"


@dataclass(frozen=True, slots=True)
class Frame:
    """A WebSocket API frame that can be tied to its answer. `method` is Binance's word, such as `order.place`."""

    id: str
    method: str


def frame_of(message: WebSocketMessage) -> Frame | None:
    """The request frame of a message of the client; None for stream subscriptions and whatever else."""
    found = _object(message)
    if found is None or not isinstance(found.get("params"), dict):
        return None
    method = found.get("method")
    if not isinstance(method, str):
        return None
    return Frame(_id(found.get("id")), method if _METHOD.fullmatch(method) else "<another method>")


def answered_id(message: WebSocketMessage) -> str | None:
    """The id of the frame that a message of the exchange answers."""
    found = _object(message)
    return None if found is None or "status" not in found else _id(found.get("id"))


def frame_request(flow: http.HTTPFlow, message: WebSocketMessage) -> RawRequest:
    """A frame as the core wants it: head of the handshake, the frame as its body."""
    return RawRequest(
        method=flow.request.method,
        target=flow.request.data.path,
        headers=_headers(flow.request.headers),
        body=message.content,
    )


def frame_key(request: RawRequest) -> bytes | None:
    """The API key inside a frame."""
    frame = read_frame(request.body)
    return frame.api_key if frame is not None else None


def frame_answer(message: WebSocketMessage) -> AnswerSeen:
    """An answer frame; its status stands in the JSON."""
    return AnswerSeen(status=101, body=message.content[:_LARGEST_ANSWER])


def _object(message: WebSocketMessage) -> dict[str, Any] | None:
    if len(message.content) > _LARGEST_FRAME:
        return None
    try:
        found = read_digits(message.content)
    except UnreadableError:
        return None
    return found if isinstance(found, dict) else None


def _id(value: object) -> str:
    return json.dumps(value)[:128]


def _path(flow: http.HTTPFlow) -> bytes:
    return flow.request.data.path.partition(b"?")[0]


def _headers(headers: http.Headers) -> tuple[Header, ...]:
    return tuple((bytes(name), bytes(value)) for name, value in headers.fields)


def _plain(body: bytes, coding: bytes | None) -> bytes:
    """The beginning of a body without its coding; empty where it cannot be had."""
    label = (coding or b"").strip().lower()
    try:
        if label == b"br":
            return bytes(brotli.Decompressor().process(body, output_buffer_limit=_LARGEST_ANSWER))
        if label == b"zstd":
            return zstd.ZstdDecompressor().decompress(body, max_length=_LARGEST_ANSWER)
        return decompressed(body, coding, _LARGEST_ANSWER)[0]
    except (UndecodedError, brotli.error, zstd.ZstdError):
        return b""
