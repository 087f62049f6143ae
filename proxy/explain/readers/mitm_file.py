"""Flows as `mitmdump -w FILE` writes them: typed netstrings, `length:octets` and a letter for the type."""

from typing import Any, Final

from proxy.core.wire import Header, RawRequest
from proxy.explain.answers import answer_of
from proxy.explain.found_request import SeenRequest

FORM: Final = "mitmproxy flow"
_DEEPEST: Final = 30
_MOST: Final = 10_000
_LENGTH: Final = 12


def is_flow_file(raw: bytes) -> bool:
    """Whether it begins with a mapping that has the names of a flow."""
    head = raw[:_LENGTH]
    length = head.partition(b":")[0]
    return b":" in head and length.isdigit() and b"7:request" in raw[:200_000] and b"4:type" in raw[:200_000]


def read_flow_file(raw: bytes) -> list[SeenRequest]:
    """Every HTTP flow; what cannot be read ends the file."""
    seen: list[SeenRequest] = []
    at = 0
    while at < len(raw) and len(seen) < _MOST:
        found = _value(raw, at, len(raw), 0)
        if found is None:
            break
        flow, at = found
        one = _seen(flow) if isinstance(flow, dict) else None
        seen += [one] if one else []
    return seen


def _value(raw: bytes, at: int, end: int, depth: int) -> tuple[Any, int] | None:
    colon = raw.find(b":", at, at + _LENGTH)
    if colon < 0 or not raw[at:colon].isdigit() or depth > _DEEPEST:
        return None
    start = colon + 1
    stop = start + int(raw[at:colon])
    if stop >= end:
        return None
    kind, inside = raw[stop : stop + 1], raw[start:stop]
    value: Any = None
    if kind in (b",", b";"):
        value = inside if kind == b"," else inside.decode("utf-8", "surrogateescape")
    elif kind == b"#":
        value = int(inside) if inside.lstrip(b"-").isdigit() and len(inside) < 20 else None
    elif kind in (b"]", b"}"):
        value = _several(raw, start, stop, depth, mapping=kind == b"}")
    return value, stop + 1


def _several(raw: bytes, at: int, end: int, depth: int, *, mapping: bool) -> Any:
    found: list[Any] = []
    while at < end:
        one = _value(raw, at, end + 1, depth + 1)
        if one is None:
            break
        found.append(one[0])
        at = one[1]
    if not mapping:
        return found
    names = [name.decode("latin-1") if isinstance(name, bytes) else str(name) for name in found[::2]]
    return dict(zip(names, found[1::2], strict=False))


def _seen(flow: dict[str, Any]) -> SeenRequest | None:
    request = flow.get("request")
    if not isinstance(request, dict) or not _octets(request.get("path")).startswith(b"/"):
        return None
    host, port = request.get("host"), request.get("port")
    response = flow.get("response")
    answer = None
    if isinstance(response, dict) and isinstance(response.get("status_code"), int):
        answer = answer_of(
            response["status_code"], _headers(response.get("headers")), _octets(response.get("content"))
        )
    started = request.get("timestamp_start")
    return SeenRequest(
        RawRequest(
            _octets(request.get("method")).decode("latin-1") or "GET",
            _octets(request.get("path")),
            tuple(pair for pair in _headers(request.get("headers")) if not pair[0].startswith(b":")),
            _octets(request.get("content")),
        ),
        FORM,
        host=_octets(host).decode("latin-1").lower() or None,
        port=port if isinstance(port, int) else None,
        answer=answer,
        started_ms=int(started * 1000) if isinstance(started, float) else None,
    )


def _headers(found: object) -> tuple[Header, ...]:
    rows = found if isinstance(found, list) else []
    return tuple(
        (_octets(row[0]), _octets(row[1])) for row in rows if isinstance(row, list) and len(row) == 2
    )


def _octets(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return value if isinstance(value, bytes) else b""
