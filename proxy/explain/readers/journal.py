"""Journal lines: flows as they were recorded, values removed, findings kept with their proof."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proxy.core.diagnosis.observation import AnswerSeen
from proxy.core.order_lookup import in_words
from proxy.core.redaction import SCHEMA, FlowRecord, IntentRecord, OutcomeRecord, decode_record
from proxy.core.redaction.record import SideRecord
from proxy.core.wire import Header, RawRequest
from proxy.explain.found_request import SeenRequest, UnreadableError
from proxy.explain.readers.literals import octets
from proxy.explain.readers.stand_ins import fill
from proxy.explain.readers.urls import split_authority

FORM: Final = "journal record"
UNFINISHED: Final = "the journal holds only the intent: how the request ended was not recorded"
RECORD_LINE: Final = re.compile(r'^\{"type":"(?:intent|flow|outcome|dropped|removed)"', re.MULTILINE)
_TYPES: Final = frozenset({"intent", "flow", "outcome", "dropped", "removed"})


def is_record(found: object) -> bool:
    return isinstance(found, dict) and found.get("type") in _TYPES and "schema" in found


def read_journal(text: str) -> list[SeenRequest]:
    """Every flow, and every intent that no flow followed. Raises UnreadableError for an unknown schema."""
    records: list[FlowRecord | IntentRecord] = []
    outcomes: dict[str, OutcomeRecord] = {}
    for line in text.splitlines():
        record = _decoded(line.strip())
        if isinstance(record, FlowRecord | IntentRecord):
            records.append(record)
        elif isinstance(record, OutcomeRecord):
            outcomes[record.request_id] = record
    finished = {one.request_id for one in records if isinstance(one, FlowRecord)}
    return [
        _seen(one, outcomes.get(one.request_id))
        for one in records
        if isinstance(one, FlowRecord) or one.request_id not in finished
    ]


def record_of(found: dict[str, Any], outcome: object = None) -> SeenRequest | None:
    """One record that was parsed already, and what became of its write; None for lines that are no flow."""
    record = _decoded(json.dumps(found))
    told = _decoded(json.dumps(outcome)) if isinstance(outcome, dict) else None
    if not isinstance(record, FlowRecord | IntentRecord):
        return None
    return _seen(record, told if isinstance(told, OutcomeRecord) else None)


def _decoded(line: str) -> object:
    if not line.startswith("{"):
        return None
    try:
        return decode_record(octets(line))
    except ValueError:
        _check_schema(line)
        return None


def _check_schema(line: str) -> None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return
    if is_record(found) and found["schema"] != SCHEMA:
        raise UnreadableError(
            "these journal lines have another schema than this version of the program reads"
        )


def _seen(record: FlowRecord | IntentRecord, outcome: OutcomeRecord | None) -> SeenRequest:
    host, port = split_authority(octets(record.server))
    flow = record if isinstance(record, FlowRecord) else None
    return SeenRequest(
        _request(record, flow.went if flow and flow.went else record.came),
        FORM,
        host=host,
        port=port,
        answer=_answer(flow) if flow else None,
        remarks=tuple(_remarks(flow, outcome)),
        record=record,
    )


def _remarks(flow: FlowRecord | None, outcome: OutcomeRecord | None) -> Iterator[str]:
    if flow is None:
        yield UNFINISHED
    elif flow.repeated:
        alike = "by the same client, with other paths too" if flow.repeated_mixed else "alike"
        yield f"the line stands for {flow.repeated} refusals {alike}, until {flow.repeated_until}"
    if outcome is not None:
        yield _looked_up(outcome)


def _looked_up(outcome: OutcomeRecord) -> str:
    return in_words(outcome.outcome, outcome.reason, outcome.order_status, looks=outcome.looks)


def _request(record: FlowRecord | IntentRecord, side: SideRecord) -> RawRequest:
    """The request in its kept shape, with stand-ins for what was removed."""
    query = octets(fill(side.query))
    target = octets(fill(record.path)) + (b"?" + query if query else b"")
    headers = tuple(_header(line) for line in side.headers if ": " in line)
    return RawRequest(record.method, target, headers, octets(fill(side.body)))


def _header(line: str) -> Header:
    name, _, value = line.partition(": ")
    return octets(fill(name)), octets(fill(value))


def _answer(flow: FlowRecord) -> AnswerSeen | None:
    if flow.status is None:
        return None
    headers = tuple(_header(line) for line in flow.headers if ": " in line)
    body = octets(fill(flow.body))
    if flow.code and not body:
        code: int | str = int(flow.code) if flow.code.removeprefix("-").isdigit() else flow.code
        body = msgspec.json.encode({"code": code, "msg": flow.message})
    return AnswerSeen(flow.status, headers, body)
