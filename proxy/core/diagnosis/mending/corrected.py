"""The request as it should be, written out for the person who sent it: unsigned, signature and key starred."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import quote

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.examination.report import scrub
from proxy.core.diagnosis.frames.frame import framed
from proxy.core.diagnosis.mending.draft import Draft, draft_of
from proxy.core.diagnosis.mending.mends import mended
from proxy.core.findings import Finding
from proxy.core.secret import STARS
from proxy.core.signing.payload import PreparedRequest, prepare
from proxy.core.wire import BodyKind, pair_name, split_pairs

_CONTENT_TYPES: Final = {
    BodyKind.FORM: "application/x-www-form-urlencoded",
    BodyKind.JSON: "application/json",
}
NOW: Final = "<now in ms>"
_UNREAD: Final = "the body is of a kind that Binance does not read"
_NO_FRAME: Final = "the text is no frame of the WebSocket API"


class Corrected(NamedTuple):
    """The request as it should be; or why it is left out, as the end of `left out, because ...`.

    `text` holds raw values of the request: for the user's own terminal only. `left_out` holds none.
    """

    text: str | None = None
    left_out: str = ""


def corrected(request: ParsedRequest, findings: tuple[Finding, ...] = ()) -> Corrected:
    """Request line, headers and body as they should be: without the mistakes that were found."""
    draft = mended(draft_of(request), request, findings)
    if isinstance(draft, str):
        return Corrected(left_out=draft)
    if request.websocket:
        return _frame(request)
    if draft.kind is BodyKind.OTHER:
        return Corrected(left_out=_UNREAD)
    return Corrected(_written(_form_of_get_in_query(draft), request))


def _written(draft: Draft, request: ParsedRequest) -> str:
    needs = _needs(draft, request)
    prepared = prepare(
        b"&".join(draft.query),
        b"&".join(draft.form) if draft.kind is BodyKind.FORM else draft.body,
        draft.kind,
        signed=needs is Needs.SIGNED,
    )
    pairs = [pair for pair in split_pairs(prepared.query) if pair_name(pair)]
    if needs is Needs.SIGNED:
        pairs += _added(prepared)
    target = draft.path + (b"?" if pairs else b"") + b"&".join(pairs)
    lines = [f"{draft.method} {_shown(request, target)}", *_headers(draft, needs, prepared)]
    if prepared.body:
        lines += ["", _shown(request, prepared.body)]
    return "\n".join(lines)


def _needs(draft: Draft, request: ParsedRequest) -> Needs:
    """What the endpoint needs by the catalogue; the whole signature where it is not known."""
    endpoint = request.endpoint
    if (draft.method, draft.path) != (request.method, request.path):
        endpoint = Catalogue.builtin().find(draft.method, draft.path.decode("latin-1"))
    return endpoint.needs if endpoint else Needs.SIGNED


def _form_of_get_in_query(draft: Draft) -> Draft:
    """Nobody reads the form of a GET in its body."""
    if draft.kind is not BodyKind.FORM or draft.method != "GET":
        return draft
    return replace(draft, query=draft.query + draft.form, form=(), kind=BodyKind.EMPTY)


def _added(prepared: PreparedRequest) -> Iterator[bytes]:
    """What a signer puts at the end of the query."""
    if prepared.recv_window is None:
        yield b"recvWindow=5000"
    yield b"timestamp=" + NOW.encode()
    yield b"signature=" + STARS.encode()


def _headers(draft: Draft, needs: Needs, prepared: PreparedRequest) -> Iterator[str]:
    if draft.host:
        yield f"Host: {quote(draft.host, safe='.-:')}"
    if needs is not Needs.NONE:
        yield f"X-MBX-APIKEY: {STARS}"
    if draft.path.startswith(b"/sapi/v1/c2c/"):
        yield "clientType: web"
    if prepared.body and prepared.body_kind in _CONTENT_TYPES:
        yield f"Content-Type: {_CONTENT_TYPES[prepared.body_kind]}"


def _frame(request: ParsedRequest) -> Corrected:
    """A frame with the names in camelCase; key, time and signature are its last params."""
    text = framed(request.raw.body, api_key=STARS, now=NOW, signature=STARS)
    return Corrected(_shown(request, text.encode())) if text else Corrected(left_out=_NO_FRAME)


def _shown(request: ParsedRequest, octets: bytes) -> str:
    return scrub(request, octets).decode("utf-8", "replace")
