"""The schema: what a line looks like from outside."""

import json
from pathlib import Path

import pytest
from msgspec.structs import fields

from proxy.core.redaction import (
    SCHEMA,
    DroppedRecord,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    RemovedRecord,
    decode_record,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.record import ClockRecord, FindingRecord, SideRecord

HEAD = {"schema": SCHEMA, "time": "2026-07-23T10:14:56.789Z"}
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
