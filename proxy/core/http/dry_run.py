"""What would go out, shown to the user: payload marked, signature and key starred, nothing sent."""

from typing import Any, Final

from proxy.core.secret import STARS
from proxy.core.signing import SignedRequest
from proxy.core.wire import Header

_SIGNATURE: Final = b"&signature="


def dry_run(base: str, request: SignedRequest, headers: tuple[Header, ...]) -> dict[str, Any]:
    """A JSON-ready description. A valid signature is a live credential and is never shown."""
    query, mark, _ = request.query.rpartition(_SIGNATURE) if request.payload else (request.query, b"", b"")
    shown = query + mark + (STARS.encode() if mark else b"")
    target = request.path + (b"?" + shown if shown else b"")
    form = request.payload.removeprefix(query) if request.payload else b""
    return {
        "method": request.method,
        "url": base + _text(target),
        "headers": [[_text(name), _shown(name, value)] for name, value in headers],
        "body": _text(request.body),
        "needs": request.needs.value,
        "payload": {"query": _text(query), "form": _text(form)} if request.payload else None,
        "added": {"timestamp_ms": request.timestamp_ms, "recv_window_ms": request.recv_window_ms},
    }


def _shown(name: bytes, value: bytes) -> str:
    return STARS if name == b"X-MBX-APIKEY" else _text(value)


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")
