"""The schema of the journal: one of these structs is one line. `docs/journal.md` explains the fields to people.

Names follow OpenTelemetry's HTTP conventions where those exist. A field at its default is left out. Fields may
be added within one schema number; a changed meaning raises it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Protocol

import msgspec
from msgspec import Struct, field

from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.printable import DELETE, printable_json

SCHEMA: Final = 1


class Line(Struct, kw_only=True, tag_field="type", omit_defaults=True):
    """What every line has."""

    schema: int
    time: str
    """UTC, RFC 3339 with milliseconds: local wall clock when the flow was accepted."""


class SideRecord(Struct, kw_only=True, omit_defaults=True):
    """A request on one side of the gateway: as it came in, or as it went out (without head and path)."""

    query: str = ""
    body: str = ""
    """Form: like the query. JSON: redacted JSON text. Else a mark of shape only."""
    body_kind: str = "empty"
    body_octets: int = 0
    headers: list[str] = []


class PartRecord(Struct, kw_only=True):
    """One stretch of the signed text."""

    place: str
    """query | form"""
    name: str
    """Names of the gateway's own parameters, `*` for the caller's pairs together."""
    origin: str
    """client | gateway"""
    octets: int


class CutRecord(Struct, kw_only=True):
    """A pair of the caller's that the gateway replaced."""

    place: str
    name: str
    value_octets: int


class ClockRecord(Struct, kw_only=True, omit_defaults=True):
    """The time that was stamped."""

    source: str
    exchange_ms: int
    offset_ms: float
    round_trip_ms: float | None = None


class PhasesRecord(Struct, kw_only=True, omit_defaults=True):
    """Milliseconds from one instant to the next that was reached."""

    permit: float | None = None
    connect: float | None = None
    send: float | None = None
    wait: float | None = None
    receive: float | None = None


class ProofRecord(Struct, kw_only=True, omit_defaults=True):
    """What was signed beside what should have been, both redacted; lengths and position are of the raw texts."""

    signed: str
    expected: str
    signed_octets: int
    expected_octets: int
    first_difference: int | None = None
    difference_in: str = ""
    """Name of the parameter in which the texts part ways."""


class FindingRecord(Struct, kw_only=True, omit_defaults=True):
    """A finding as it was concluded while the flow was live."""

    rule: str
    strength: str
    says: str
    remedy: str
    facts: dict[str, str | int] = {}
    proof: ProofRecord | None = None


class FlowHead(Line, kw_only=True):
    """What the intent and the flow have in common. They are joined by `request_id`."""

    request_id: str
    method: str = field(name="http.request.method")
    path: str = field(name="url.path")
    scheme: str = field(name="url.scheme", default="https")
    """With which the upstream is spoken to."""
    server: str = field(name="server.address", default="")
    environment: str = ""
    account: str = ""
    client: str = ""
    key: str = ""
    """Tag of the API key that the gateway used."""
    key_type: str = ""


class IntentRecord(FlowHead, kw_only=True, tag="intent"):
    """A write that is about to be sent: in the kernel's hands before its first octet leaves."""

    came: SideRecord = field(name="in")
    added: str = ""
    """The client order id that the gateway adds."""
    removed: list[str] = []


class FlowRecord(FlowHead, kw_only=True, tag="flow"):
    """One request and everything that came of it."""

    listed: bool = True
    family: str = ""
    needs: str = ""
    came: SideRecord = field(name="in")
    went: SideRecord | None = field(name="out", default=None)
    """Absent when nothing went out."""
    signed: list[PartRecord] = []
    cuts: list[CutRecord] = []
    escaped: bool = False
    clock: ClockRecord | None = None
    attempts: int = 0
    weight: int | None = None
    """Request weight that it cost; absent where nothing was sent."""
    shared: bool = False
    """Answered with what an identical public read brought."""
    reused: bool | None = None
    execution: str = "not_sent"
    status: int | None = field(name="http.response.status_code", default=None)
    code: str = ""
    """Binance's code as text (numbers and C2C's strings alike)."""
    message: str = ""
    body: str = field(name="http.response.body", default="")
    body_octets: int = field(name="http.response.body.size", default=0)
    undecoded: str = ""
    """Why the body was not looked into: br, zstd, coding, malformed, oversized, truncated, sbe, empty ..."""
    incomplete: bool = False
    headers: list[str] = field(name="http.response.headers", default=[])
    other_headers: int = 0
    error: str = field(name="error.type", default="")
    """Token of our refusal, or class of the fault."""
    refused: int | None = None
    """Status of our own refusal."""
    repeated: int = 0
    """How many refusals alike this line stands for, itself among them; absent: for itself."""
    repeated_until: str = ""
    """When the last of them came; `time` is that of the first."""
    repeated_mixed: bool = False
    """They are alike in client and token alone: method, path and `in` are the first one's."""
    fault_stage: str = ""
    client_gone: bool = False
    dry_run: bool = False
    duration_ms: float = 0.0
    phases_ms: PhasesRecord | None = None
    verdict: str = ""
    signature: str = ""
    tried: int = 0
    stopped_early: bool = False
    findings: list[FindingRecord] = []
    notes: list[str] = []
    removed: list[str] = []
    """Classes of values that were removed from this record."""


class OutcomeRecord(FlowHead, kw_only=True, tag="outcome"):
    """What became of a write whose answer was lost. `time` is when it was known."""

    outcome: str
    """executed | not_found | undetermined"""
    reason: str = ""
    order: str = ""
    """The pair that named the order, as in the flow."""
    added: bool = False
    """Whether its id was the gateway's."""
    order_status: str = ""
    """The exchange's word for the order's state."""
    code: str = ""
    """Binance's code on the look-up."""
    looks: int = 0
    after_ms: float = 0.0
    """From the request until this was known."""
    told: bool = False
    """Whether the client's answer carried it."""
    removed: list[str] = []


class DroppedRecord(Line, kw_only=True, tag="dropped"):
    """Lines that could not be written (disk full, read-only ...), since the last such line."""

    count: int
    intents: int = 0
    """Those among them that were intents."""


class RemovedRecord(Line, kw_only=True, tag="removed"):
    """A journal file that was deleted to keep the bounds."""

    file: str
    octets: int
    reason: str
    """max_bytes | max_age_days"""
    last_seq: int = 0
    """`seq` of its last line; absent for a file without a chain."""
    last_hash: str = ""
    """`hash` of that line."""


type AnyRecord = IntentRecord | FlowRecord | OutcomeRecord | DroppedRecord | RemovedRecord

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final[msgspec.json.Decoder[AnyRecord]] = msgspec.json.Decoder(
    IntentRecord | FlowRecord | OutcomeRecord | DroppedRecord | RemovedRecord
)


def encode_record(record: AnyRecord) -> bytes:
    """One line without its newline, printable ASCII only."""
    line = _ENCODER.encode(record)
    return line if line.isascii() and DELETE not in line else printable_json(line)


class HasSchema(Protocol):
    """Any kind of line."""

    @property
    def schema(self) -> int: ...


def decode_record(line: bytes) -> AnyRecord:
    """Read one line. Raises ValueError for anything but a record of this schema."""
    return decode_line(line, _DECODER)


def decode_line[Record: HasSchema](line: bytes, decoder: "msgspec.json.Decoder[Record]") -> Record:
    """The same with another decoder."""
    try:
        record = read_json(line, decoder)
    except UnreadableError as error:
        raise ValueError(f"not a journal record: {error.reason}") from None
    if record.schema != SCHEMA:
        raise ValueError(f"schema {record.schema} is not {SCHEMA}")
    return record


def rfc3339(unix_ms: int) -> str:
    """The form of `time`."""
    return f"{_second(unix_ms // 1000)}.{unix_ms % 1000:03d}Z"


@lru_cache(maxsize=16)
def _second(unix_s: int) -> str:
    """Without its fraction; many flows share one."""
    return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="seconds")[:-6]
