"""The request's part of a record: what came in, what went out, what was signed."""

import re
from typing import Final

from proxy.core.flow import Flow
from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import C2C_PARAMETER, C2C_RESPONSE, PARAMETER, RESPONSE, Location
from proxy.core.redaction.pairs import MOST_PAIRS, PairRedactor
from proxy.core.redaction.record import CutRecord, PartRecord, SideRecord
from proxy.core.redaction.structure import redact_json
from proxy.core.redaction.values import KnownTexts, ValueRedactor
from proxy.core.signing import PreparedRequest, SignedRequest
from proxy.core.wire import BodyKind, Header, RawRequest, body_kind

_MOST_KEPT: Final = 1024
_LONGEST_KEPT: Final = 2048  # octets
_C2C: Final = "/sapi/v1/c2c/"
_OUR_END: Final = re.compile(rb"timestamp=(1[0-9]{12})&signature=[0-9a-f]{64}")
"""What the signer puts behind a query under an HMAC key, in this age."""


def locations(flow: Flow) -> tuple[Location, Location]:
    """Which keep lists hold for the request and for its answer. A path that nobody knows gets the short ones."""
    path = flow.endpoint.path if flow.endpoint is not None else ""
    if not path or path.lower().startswith(_C2C):
        return C2C_PARAMETER, C2C_RESPONSE
    return PARAMETER, RESPONSE


class RequestRedactor:
    """Redacts requests."""

    __slots__ = ("_came", "_signed", "headers", "pairs")

    def __init__(self) -> None:
        self._came: KnownTexts[SideRecord] = Memo(_MOST_KEPT)
        self._signed: Memo[list[PartRecord]] = Memo(_MOST_KEPT)
        self.headers = HeaderRedactor()
        self.pairs = PairRedactor()

    def came(self, flow: Flow, location: Location, values: ValueRedactor) -> SideRecord:
        """The request as the client sent it. Records of equal requests share it: to be read only."""
        raw = flow.client
        # by its own octets: what was prepared may be a form that was made of a JSON body
        kind = body_kind(raw.body, raw.header(b"content-type")) if raw.body else BodyKind.EMPTY
        if len(raw.target) + len(raw.body) > _LONGEST_KEPT:
            return self._came_in(raw, kind, location, values)
        key = hash((location, kind, raw.target, raw.body, raw.headers))
        return values.memoised(self._came, key, self._came_in, raw, kind, location, values)

    def _came_in(
        self, raw: RawRequest, kind: BodyKind, location: Location, values: ValueRedactor
    ) -> SideRecord:
        query = self.pairs.redact(raw.query, location, values)
        return self._side(query, (raw.body, kind), raw.headers, location, values)

    def went(self, flow: Flow, location: Location, values: ValueRedactor) -> SideRecord | None:
        """The request as it was last sent; None if nothing was prepared for sending."""
        sent, prepared = flow.sent, flow.prepared
        if sent is None:
            return None
        kind = prepared.body_kind if prepared else BodyKind.OTHER
        query = self._sent_query(sent.query, location, values)
        return self._side(query, (sent.body, kind), flow.sent_headers, location, values)

    def _sent_query(self, query: bytes, location: Location, values: ValueRedactor) -> str:
        """Redacted in two parts: the beginning is often the last request's, time stamp and signature never are."""
        at = query.rfind(b"&timestamp=") + 1
        ours = _OUR_END.fullmatch(query, at)
        if ours is None or query.count(b"&") >= MOST_PAIRS:
            return self.pairs.redact(query, location, values)
        values.removed.add("sig")
        return f"{self.pairs.redact(query[:at], location, values)}timestamp={ours[1].decode()}&signature=<sig:hex:64>"

    def _side(
        self,
        query: str,
        content: tuple[bytes, BodyKind],
        headers: tuple[Header, ...],
        location: Location,
        values: ValueRedactor,
    ) -> SideRecord:
        body, kind = content
        return SideRecord(
            query=query,
            body=self.body(body, kind, location, values) if body else "",
            body_kind=kind,
            body_octets=len(body),
            headers=self.headers.request(headers, values),
        )

    def body(self, body: bytes, kind: BodyKind, location: Location, values: ValueRedactor) -> str:
        """A request body; one that is neither form nor readable JSON leaves its kind and length."""
        if kind is BodyKind.FORM:
            return self.pairs.redact(body, location, values)
        if kind is BodyKind.JSON and (shown := redact_json(body, location, values)) is not None:
            return shown
        values.removed.add("body")
        reason = "malformed-json" if kind is BodyKind.JSON else kind.value
        return f"<body:{reason}:{len(body)}>"

    def signed(self, sent: SignedRequest, prepared: PreparedRequest) -> list[PartRecord]:
        """Length and origin of each stretch of the signed text, in its order. Shared: to be read only."""
        if not sent.payload:
            return []
        lengths = (len(prepared.query), len(sent.query), len(prepared.form))
        key = hash((lengths, sent.recv_window_ms, prepared.added))
        return self._signed.get(key) or self._signed.store(key, _signed_parts(sent, prepared))

    def path(self, raw: bytes, values: ValueRedactor) -> str:
        """A path of the client's, segment by segment; long or odd segments leave a mark."""
        segments = raw.split(b"/")
        shown = [values.name(segment, segment, "path") if segment else "" for segment in segments[:20]]
        return "/".join((*shown, "<more>") if len(segments) > 20 else shown)


def _signed_parts(sent: SignedRequest, prepared: PreparedRequest) -> list[PartRecord]:
    parts: list[PartRecord] = []
    if prepared.query:
        parts.append(PartRecord(place="query", name="*", origin="client", octets=len(prepared.query)))
    added = sent.query[len(prepared.query) :].lstrip(b"&")
    for pair in added.split(b"&"):
        name = pair.partition(b"=")[0].decode("latin-1")
        if name != "signature":
            parts.append(PartRecord(place="query", name=name, origin="gateway", octets=len(pair)))
    if prepared.form:
        parts.append(PartRecord(place="form", name="*", origin="client", octets=len(prepared.form)))
    return parts


def cut_records(prepared: PreparedRequest) -> list[CutRecord]:
    """What of the caller's was replaced; the names are the gateway's own (`signature`, `timestamp` ...)."""
    return [CutRecord(place=cut.place, name=cut.name, value_octets=cut.value_octets) for cut in prepared.cuts]
