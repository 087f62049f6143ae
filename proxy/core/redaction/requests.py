"""The request's part of a record: what came in, what went out, what was signed."""

import re
from functools import lru_cache
from typing import Final

from proxy.core.flow import Flow
from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.pairs import MOST_PAIRS, PairRedactor
from proxy.core.redaction.plans import C2C_PARAMETER, C2C_RESPONSE, PARAMETER, RESPONSE, Place
from proxy.core.redaction.record import CutRecord, PartRecord, SideRecord
from proxy.core.redaction.structure import redact_json
from proxy.core.redaction.veil import Veil
from proxy.core.signing import Prepared, SignedRequest
from proxy.core.wire import BodyKind, Header, body_kind

_C2C: Final = "/sapi/v1/c2c/"
_OUR_END: Final = re.compile(rb"timestamp=(1[0-9]{12})&signature=[0-9a-f]{64}")
"""What the signer puts behind a query under an HMAC key, in this age."""


def places(flow: Flow) -> tuple[Place, Place]:
    """Which keep lists hold for the request and for its answer. A path that nobody knows gets the short ones."""
    path = flow.endpoint.path if flow.endpoint is not None else ""
    if not path or path.lower().startswith(_C2C):
        return C2C_PARAMETER, C2C_RESPONSE
    return PARAMETER, RESPONSE


class RequestRedactor:
    """Redacts requests."""

    __slots__ = ("headers", "pairs")

    def __init__(self) -> None:
        self.headers = HeaderRedactor()
        self.pairs = PairRedactor()

    def came(self, flow: Flow, place: Place, veil: Veil) -> SideRecord:
        """The request as the client sent it."""
        raw = flow.client
        kind = flow.prepared.body_kind if flow.prepared else body_kind(raw.body, raw.header(b"content-type"))
        query = self.pairs.redact(raw.query, place, veil)
        return self._side(query, (raw.body, kind), raw.headers, place, veil)

    def went(self, flow: Flow, place: Place, veil: Veil) -> SideRecord | None:
        """The request as it was last sent; None if nothing was prepared for sending."""
        sent, prepared = flow.sent, flow.prepared
        if sent is None:
            return None
        kind = prepared.body_kind if prepared else BodyKind.OTHER
        query = self._sent_query(sent.query, place, veil)
        return self._side(query, (sent.body, kind), flow.sent_headers, place, veil)

    def _sent_query(self, query: bytes, place: Place, veil: Veil) -> str:
        """What comes before the time stamp is what the last request held; it and the signature never are."""
        at = query.rfind(b"&timestamp=") + 1
        ours = _OUR_END.fullmatch(query, at)
        if ours is None or query.count(b"&") >= MOST_PAIRS:
            return self.pairs.redact(query, place, veil)
        veil.removed.add("sig")
        return (
            f"{self.pairs.redact(query[:at], place, veil)}timestamp={ours[1].decode()}&signature=<sig:hex:64>"
        )

    def _side(
        self,
        query: str,
        content: tuple[bytes, BodyKind],
        headers: tuple[Header, ...],
        place: Place,
        veil: Veil,
    ) -> SideRecord:
        body, kind = content
        return SideRecord(
            query=query,
            body=self.body(body, kind, place, veil) if body else "",
            body_kind=kind.value,
            body_octets=len(body),
            headers=self.headers.request(headers, veil),
        )

    def body(self, body: bytes, kind: BodyKind, place: Place, veil: Veil) -> str:
        """A request body; one that is neither form nor readable JSON leaves its kind and length."""
        if kind is BodyKind.FORM:
            return self.pairs.redact(body, place, veil)
        if kind is BodyKind.JSON and (shown := redact_json(body, place, veil)) is not None:
            return shown
        veil.removed.add("body")
        reason = "malformed-json" if kind is BodyKind.JSON else kind.value
        return f"<body:{reason}:{len(body)}>"

    def path(self, raw: bytes, veil: Veil) -> str:
        """A path of the client's, segment by segment; long or odd segments leave a mark."""
        segments = raw.split(b"/")
        shown = [veil.name(segment, segment, "path") if segment else "" for segment in segments[:20]]
        return "/".join((*shown, "<more>") if len(segments) > 20 else shown)


def signed_parts(sent: SignedRequest, prepared: Prepared) -> list[PartRecord]:
    """Length and origin of each stretch of the signed text, in its order."""
    if not sent.payload:
        return []
    added = sent.query[len(prepared.query) :].lstrip(b"&").split(b"&")
    gateways = tuple([(pair.partition(b"=")[0], len(pair)) for pair in added])
    return _parts(len(prepared.query), gateways, len(prepared.form))


@lru_cache(maxsize=1024)
def _parts(query: int, gateways: tuple[tuple[bytes, int], ...], form: int) -> list[PartRecord]:
    """Shared between records of requests of the same lengths."""
    parts = [PartRecord(place="query", name="*", origin="client", octets=query)] if query else []
    parts += [
        PartRecord(place="query", name=name.decode("latin-1"), origin="gateway", octets=octets)
        for name, octets in gateways
        if name != b"signature"
    ]
    if form:
        parts.append(PartRecord(place="form", name="*", origin="client", octets=form))
    return parts


def cut_records(prepared: Prepared) -> list[CutRecord]:
    """What of the caller's was replaced; the names are the gateway's own (`signature`, `timestamp` ...)."""
    return [CutRecord(place=cut.place, name=cut.name, value_octets=cut.value_octets) for cut in prepared.cuts]
