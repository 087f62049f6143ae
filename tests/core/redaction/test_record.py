"""The schema: what a line looks like from outside."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from proxy.core.redaction import (
    SCHEMA,
    AnyRecord,
    DroppedRecord,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    RemovedRecord,
    decode_record,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.record import (
    ClockRecord,
    CutRecord,
    FindingRecord,
    PartRecord,
    PhasesRecord,
    ProofRecord,
    SideRecord,
)

HEAD: dict[str, Any] = {"schema": SCHEMA, "time": "2026-07-23T10:14:56.789Z"}
FLOW = FlowRecord(**HEAD, request_id="r-1", method="GET", path="/api/v3/time", came=SideRecord(), status=200)


def test_names_are_those_of_opentelemetry_where_there_are_any() -> None:
    line = json.loads(encode_record(FLOW))
    assert line["type"] == "flow"
    assert line["http.request.method"] == "GET"
    assert line["url.path"] == "/api/v3/time"
    assert line["http.response.status_code"] == 200


@pytest.mark.parametrize(
    "record",
    [
        FLOW,
        IntentRecord(
            **HEAD, request_id="r-1", method="POST", path="/api/v3/order", came=SideRecord(query="a=1")
        ),
        DroppedRecord(**HEAD, count=3, intents=1),
        RemovedRecord(**HEAD, file="flows-x.jsonl", octets=9, reason="max_bytes"),
    ],
)
def test_a_record_survives_the_way_out_and_back(record: FlowRecord) -> None:
    line = encode_record(record)
    assert decode_record(line) == record
    assert json.loads(line)["schema"] == SCHEMA
    assert b"\n" not in line


def test_a_line_is_printable_ascii_whatever_is_in_it() -> None:
    said = "ä \u2028 \u202e \x1b[31m \x7f \U0001f600"
    line = encode_record(
        FlowRecord(**HEAD, request_id="r", method="GET", path="/x", came=SideRecord(), notes=[said])
    )
    assert all(0x20 <= octet <= 0x7E for octet in line)
    assert json.loads(line)["notes"] == [said]


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b'{"type":"flow"}', b'{"type":"other","schema":1,"time":""}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_record_is_refused_without_repeating_it(line: bytes) -> None:
    with pytest.raises(ValueError, match="not a journal record"):
        decode_record(line)


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 99"):
        decode_record(encode_record(FLOW).replace(b'"schema":1', b'"schema":99'))


def test_unknown_fields_are_read_over() -> None:
    """Fields may be added within a schema."""
    assert decode_record(encode_record(FLOW)[:-1] + b',"new":1}') == FLOW


def test_the_form_of_time() -> None:
    assert rfc3339(1_784_801_696_789) == "2026-07-23T10:14:56.789Z"
    assert rfc3339(1_784_801_696_000) == "2026-07-23T10:14:56.000Z"


DOCS = (Path(__file__).parents[3] / "docs" / "journal.md").read_text("utf-8")


def test_the_example_in_the_docs_is_a_record() -> None:
    example = DOCS.partition("```json\n")[2].partition("\n```")[0]
    record = decode_record(example.encode())
    assert isinstance(record, FlowRecord)
    assert record.findings[0].rule == "param-decimal-comma"
    assert set(json.loads(example)) <= {f.encode_name for f in fields(FlowRecord)} | {"type"}


@pytest.mark.parametrize(
    "kind",
    [FlowRecord, IntentRecord, OutcomeRecord, DroppedRecord, RemovedRecord, FindingRecord, ClockRecord],
)
def test_every_field_is_explained(kind: type) -> None:
    missing = [one.encode_name for one in fields(kind) if f"`{one.encode_name}`" not in DOCS]
    assert missing == []


def test_every_kind_of_mark_is_explained() -> None:
    for kind in (
        "order",
        "person",
        "key",
        "bearer",
        "ip",
        "id",
        "text",
        "name",
        "path",
        "amount",
        "secret",
        "sig",
    ):
        assert f"`<{kind}:" in DOCS


SMALLEST: dict[str, AnyRecord] = {
    # what is written of a record in which nothing happened: every field at its default is left out
    "flow": FlowRecord(**HEAD, request_id="r", method="GET", path="/x", came=SideRecord()),
    "intent": IntentRecord(**HEAD, request_id="r", method="GET", path="/x", came=SideRecord()),
    "outcome": OutcomeRecord(**HEAD, request_id="r", method="GET", path="/x", outcome="executed"),
    "dropped": DroppedRecord(**HEAD, count=1),
    "removed": RemovedRecord(**HEAD, file="f", octets=1, reason="max_bytes"),
}
WRITTEN: dict[str, dict[str, object]] = {
    "flow": {"request_id": "r", "http.request.method": "GET", "url.path": "/x", "in": {}},
    "intent": {"request_id": "r", "http.request.method": "GET", "url.path": "/x", "in": {}},
    "outcome": {"request_id": "r", "http.request.method": "GET", "url.path": "/x", "outcome": "executed"},
    "dropped": {"count": 1},
    "removed": {"file": "f", "octets": 1, "reason": "max_bytes"},
}


@pytest.mark.parametrize("kind", SMALLEST)
def test_defaults_are_left_out_and_read_as_such(kind: str) -> None:
    line = encode_record(SMALLEST[kind])
    assert json.loads(line) == {"type": kind, **HEAD, **WRITTEN[kind]}
    assert decode_record(line) == SMALLEST[kind]


DEFAULTS = {
    "listed": True, "family": "", "needs": "", "went": None, "signed": [], "cuts": [], "escaped": False, "clock": None,
    "attempts": 0, "weight": None, "shared": False, "reused": None, "execution": "not_sent", "status": None, "code": "",
    "message": "", "body": "", "body_octets": 0, "undecoded": "", "incomplete": False, "headers": [], "other_headers": 0,
    "error": "", "refused": None, "fault_stage": "", "client_gone": False, "dry_run": False, "duration_ms": 0.0,
    "phases_ms": None, "verdict": "", "signature": "", "tried": 0, "stopped_early": False, "findings": [], "notes": [],
    "removed": [], "server": "", "environment": "", "account": "", "client": "", "key": "", "key_type": "",
}  # fmt: skip


def test_what_is_left_out_means_what_the_documentation_says() -> None:
    record = decode_record(
        b'{"type":"flow","schema":1,"time":"","request_id":"","http.request.method":"","url.path":"","in":{}}'
    )
    assert isinstance(record, FlowRecord)
    assert {name: getattr(record, name) for name in DEFAULTS} == DEFAULTS
    assert record.came == SideRecord(query="", body="", body_kind="empty", body_octets=0, headers=[])
    outcome = SMALLEST["outcome"]
    assert isinstance(outcome, OutcomeRecord)
    assert (outcome.reason, outcome.order, outcome.added, outcome.order_status, outcome.code) == (
        "",
        "",
        False,
        "",
        "",
    )
    assert (outcome.looks, outcome.after_ms, outcome.told, outcome.removed) == (0, 0.0, False, [])
    intent = SMALLEST["intent"]
    assert isinstance(intent, IntentRecord)
    assert (intent.added, intent.removed) == ("", [])


PARTS = [
    (PhasesRecord(), {}),
    (PhasesRecord(permit=0.0), {"permit": 0.0}),
    (
        ClockRecord(source="local", exchange_ms=1, offset_ms=0.0),
        {"source": "local", "exchange_ms": 1, "offset_ms": 0.0},
    ),
    (
        ProofRecord(signed="", expected="", signed_octets=0, expected_octets=0),
        {"signed": "", "expected": "", "signed_octets": 0, "expected_octets": 0},
    ),
    (
        FindingRecord(rule="r", strength="proven", says="s", remedy="m"),
        {"rule": "r", "strength": "proven", "says": "s", "remedy": "m"},
    ),
    (
        PartRecord(place="query", name="*", origin="client", octets=0),
        {"place": "query", "name": "*", "origin": "client", "octets": 0},
    ),
    (
        CutRecord(place="form", name="timestamp", value_octets=0),
        {"place": "form", "name": "timestamp", "value_octets": 0},
    ),
]


@pytest.mark.parametrize(("part", "written"), PARTS)
def test_parts_of_a_record(part: object, written: dict[str, object]) -> None:
    assert json.loads(msgspec.json.encode(part)) == written


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("~ !", b"~ !"),
        ("\x7f", rb"\u007f"),
        ("\x1f", rb"\u001f"),
        ("é", rb"\u00e9"),
        ("\u2028", rb"\u2028"),
        ("\U0001f600", rb"\ud83d\ude00"),
        ("\\é", rb"\\\u00e9"),
    ],
)
def test_what_is_not_printable_ascii_is_escaped(text: str, escaped: bytes) -> None:
    line = encode_record(FlowRecord(**HEAD, request_id=text, method="GET", path="/x", came=SideRecord()))
    assert b'"request_id":"' + escaped + b'"' in line
    record = decode_record(line)
    assert isinstance(record, FlowRecord)
    assert record.request_id == text


def test_times_of_every_kind() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000Z"
    assert rfc3339(999) == "1970-01-01T00:00:00.999Z"
    assert rfc3339(1000) == "1970-01-01T00:00:01.000Z"
    assert rfc3339(1_784_801_696_009) == "2026-07-23T10:14:56.009Z"
    assert rfc3339(4_102_444_799_999) == "2099-12-31T23:59:59.999Z"


def test_why_a_line_is_no_record_is_told_by_the_kind_of_error() -> None:
    for line, kind in (
        (b"{", "DecodeError"),
        (b'{"type":"flow"}', "ValidationError"),
        (b'{"type":"flow","x":' + b"[" * 100_000, "RecursionError"),
    ):
        with pytest.raises(ValueError, match=f"^not a journal record: {kind}$") as told:
            decode_record(line)
        assert told.value.__suppress_context__


@pytest.mark.parametrize(
    "kind", [ClockRecord, PhasesRecord, ProofRecord, SideRecord, FlowRecord, IntentRecord]
)
def test_what_a_record_leaves_out_is_nothing(kind: type[Struct]) -> None:
    """A number that is not there is None, a word is empty: whoever reads a line must not meet another default."""
    defaults = {one.name: one.default for one in fields(kind) if one.default is not NODEFAULT}
    usual = {
        "schema": SCHEMA,
        "body_kind": "empty",
        "listed": True,
        "execution": "not_sent",
        "scheme": "https",
    }
    told = {name: value for name, value in defaults.items() if value not in (None, "", 0, False, ())}
    assert told == {name: value for name, value in usual.items() if name in told}
    words = {name for name, value in defaults.items() if value == ""}
    assert not words & {"round_trip_ms", "permit", "connect", "send", "wait", "receive", "first_difference"}
