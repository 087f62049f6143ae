"""The request as it should be, written out for the person who sent it: unsigned, signature and key starred."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.report import scrub
from proxy.core.secret import STARS
from proxy.core.signing.payload import PreparedRequest, prepare
from proxy.core.wire import BodyKind, pair_name, split_pairs

_CONTENT_TYPES: Final = {
    BodyKind.FORM: "application/x-www-form-urlencoded",
    BodyKind.JSON: "application/json",
}


def corrected(request: ParsedRequest) -> str | None:
    """Request line, headers and body as they should be; None where that cannot be said.

    Raw values of the request: for the user's own terminal only.
    """
    if request.websocket or request.body_kind is BodyKind.OTHER:
        return None
    needs = request.endpoint.needs if request.endpoint else Needs.SIGNED
    prepared = _prepared(request, signed=needs is Needs.SIGNED)
    pairs = [pair for pair in split_pairs(prepared.query) if pair_name(pair)]
    if needs is Needs.SIGNED:
        pairs += _added(request, prepared)
    target = request.path + (b"?" if pairs else b"") + b"&".join(pairs)
    lines = [f"{request.method} {_shown(request, target)}", *_headers(request, needs, prepared)]
    if prepared.body:
        lines += ["", _shown(request, prepared.body)]
    return "\n".join(lines)


def _prepared(request: ParsedRequest, *, signed: bool) -> PreparedRequest:
    """Query and body less what a signer adds. The form of a GET goes into the query: nobody reads it in the body."""
    query, body, kind = request.raw.query, request.raw.body, request.body_kind
    if kind is BodyKind.FORM and request.method == "GET":
        query, body, kind = b"&".join(part for part in (query, body) if part), b"", BodyKind.EMPTY
    return prepare(query, body, kind, signed=signed)


def _added(request: ParsedRequest, prepared: PreparedRequest) -> Iterator[bytes]:
    """What a signer puts at the end of the query."""
    if prepared.recv_window is None:
        yield b"recvWindow=5000"
    now_ms = request.timestamp_ms if request.exchange_ms is None else request.exchange_ms
    yield b"timestamp=%d" % now_ms if now_ms else b"timestamp=<now in ms>"
    yield b"signature=" + STARS.encode()


def _headers(request: ParsedRequest, needs: Needs, prepared: PreparedRequest) -> Iterator[str]:
    if request.host:
        yield f"Host: {quote(request.host, safe='.-:')}"
    if needs is not Needs.NONE:
        yield f"X-MBX-APIKEY: {STARS}"
    if request.c2c:
        yield "clientType: web"
    if prepared.body and prepared.body_kind in _CONTENT_TYPES:
        yield f"Content-Type: {_CONTENT_TYPES[prepared.body_kind]}"


def _shown(request: ParsedRequest, octets: bytes) -> str:
    return scrub(request, octets).decode("utf-8", "replace")
