"""A line of a journal as it is read: the structs of `record`, with every text of them `Foreign`.

A journal may come from anybody, and one of ours holds texts of clients and of the exchange. So who reads one gets
these. `tests/core/redaction/test_foreign_record.py` holds them against `record`, field for field.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from proxy.core.foreign import NOTHING, Foreign, ForeignFact
from proxy.core.redaction.record import PhasesRecord, decode_line


class ForeignLine(Struct, kw_only=True, frozen=True, tag_field="type", omit_defaults=True):
    """What every line has."""

    schema: int
    time: Foreign


class ForeignSide(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A request on one side of the gateway."""

    query: Foreign = NOTHING
    body: Foreign = NOTHING
    body_kind: Foreign = Foreign("empty")
    body_octets: int = 0
    headers: tuple[Foreign, ...] = ()


class ForeignPart(Struct, kw_only=True, frozen=True):
    """One stretch of the signed text."""

    place: Foreign
    name: Foreign
    origin: Foreign
    octets: int


class ForeignCut(Struct, kw_only=True, frozen=True):
    """A pair of the caller's that the gateway replaced."""

    place: Foreign
    name: Foreign
    value_octets: int


class ForeignClock(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The time that was stamped."""

    source: Foreign
    exchange_ms: int
    offset_ms: float
    round_trip_ms: float | None = None


class ForeignProof(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What was signed beside what should have been."""

    signed: Foreign
    expected: Foreign
    signed_octets: int
    expected_octets: int
    first_difference: int | None = None
    difference_in: Foreign = NOTHING


class ForeignFinding(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A finding as it was concluded while the flow was live."""

    rule: Foreign
    strength: Foreign
    says: Foreign
    remedy: Foreign
    facts: dict[Foreign, ForeignFact] = {}
    proof: ForeignProof | None = None


class ForeignHead(ForeignLine, kw_only=True, frozen=True):
    """What the intent and the flow have in common."""

    request_id: Foreign
    method: Foreign = field(name="http.request.method")
    path: Foreign = field(name="url.path")
    scheme: Foreign = field(name="url.scheme", default=Foreign("https"))
    server: Foreign = field(name="server.address", default=NOTHING)
    environment: Foreign = NOTHING
    account: Foreign = NOTHING
    client: Foreign = NOTHING
    key: Foreign = NOTHING
    key_type: Foreign = NOTHING


class ForeignIntent(ForeignHead, kw_only=True, frozen=True, tag="intent"):
    """A write that is about to be sent."""

    came: ForeignSide = field(name="in")
    added: Foreign = NOTHING
    removed: tuple[Foreign, ...] = ()


class ForeignFlow(ForeignHead, kw_only=True, frozen=True, tag="flow"):
    """One request and everything that came of it."""

    listed: bool = True
    family: Foreign = NOTHING
    needs: Foreign = NOTHING
    came: ForeignSide = field(name="in")
    went: ForeignSide | None = field(name="out", default=None)
    signed: tuple[ForeignPart, ...] = ()
    cuts: tuple[ForeignCut, ...] = ()
    escaped: bool = False
    clock: ForeignClock | None = None
    attempts: int = 0
    weight: int | None = None
    shared: bool = False
    reused: bool | None = None
    execution: Foreign = Foreign("not_sent")
    status: int | None = field(name="http.response.status_code", default=None)
    code: Foreign = NOTHING
    message: Foreign = NOTHING
    body: Foreign = field(name="http.response.body", default=NOTHING)
    body_octets: int = field(name="http.response.body.size", default=0)
    undecoded: Foreign = NOTHING
    incomplete: bool = False
    headers: tuple[Foreign, ...] = field(name="http.response.headers", default=())
    other_headers: int = 0
    error: Foreign = field(name="error.type", default=NOTHING)
    refused: int | None = None
    repeated: int = 0
    repeated_until: Foreign = NOTHING
    repeated_mixed: bool = False
    fault_stage: Foreign = NOTHING
    client_gone: bool = False
    dry_run: bool = False
    duration_ms: float = 0.0
    phases_ms: PhasesRecord | None = None
    verdict: Foreign = NOTHING
    signature: Foreign = NOTHING
    tried: int = 0
    stopped_early: bool = False
    findings: tuple[ForeignFinding, ...] = ()
    notes: tuple[Foreign, ...] = ()
    removed: tuple[Foreign, ...] = ()


class ForeignOutcome(ForeignHead, kw_only=True, frozen=True, tag="outcome"):
    """What became of a write whose answer was lost."""

    outcome: Foreign
    reason: Foreign = NOTHING
    order: Foreign = NOTHING
    added: bool = False
    order_status: Foreign = NOTHING
    code: Foreign = NOTHING
    looks: int = 0
    after_ms: float = 0.0
    told: bool = False
    removed: tuple[Foreign, ...] = ()


class ForeignDropped(ForeignLine, kw_only=True, frozen=True, tag="dropped"):
    """Lines that could not be written."""

    count: int
    intents: int = 0


class ForeignRemoved(ForeignLine, kw_only=True, frozen=True, tag="removed"):
    """A journal file that was deleted to keep the bounds."""

    file: Foreign
    octets: int
    reason: Foreign
    last_seq: int = 0
    last_hash: Foreign = NOTHING


type ForeignRecord = ForeignIntent | ForeignFlow | ForeignOutcome | ForeignDropped | ForeignRemoved


def _wrapped(kind: type, content: object) -> object:
    if kind is Foreign and isinstance(content, str):
        return Foreign(content)
    if kind is ForeignFact and isinstance(content, str | int) and not isinstance(content, bool):
        return ForeignFact(content)
    raise TypeError("neither a text nor a number")


_DECODER: Final[msgspec.json.Decoder[ForeignRecord]] = msgspec.json.Decoder(
    ForeignIntent | ForeignFlow | ForeignOutcome | ForeignDropped | ForeignRemoved, dec_hook=_wrapped
)


def foreign_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """For `decode_line`, by who often needs a part of a line alone. `kind`: a struct whose texts are `Foreign`, or a
    union of some."""
    return msgspec.json.Decoder(kind, dec_hook=_wrapped)


def decode_foreign(line: bytes) -> ForeignRecord:
    """Read one line. Raises ValueError for anything but a record of this schema."""
    return decode_line(line, _DECODER)
