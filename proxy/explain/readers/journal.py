"""Journal lines: flows as they were recorded, values removed, findings kept with their proof."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.foreign import Foreign
from proxy.core.order_lookup import in_words
from proxy.core.redaction import SCHEMA, ForeignFlow, ForeignIntent, ForeignOutcome, decode_foreign
from proxy.core.redaction.foreign_record import ForeignSide
from proxy.core.wire import Header, RawRequest
from proxy.explain.found_request import SeenRequest, UnreadableError
from proxy.explain.readers.literals import octets
from proxy.explain.readers.stand_ins import fill
from proxy.explain.readers.urls import split_authority

FORM: Final = "journal record"
UNFINISHED: Final = "the journal holds only the intent: how the request ended was not recorded"
RECORD_LINE: Final = re.compile(
    r'^\{"type":"(?:intent|flow|outcome|dropped|removed|chain|checkpoint)"', re.MULTILINE
)
_RECORD_START: Final = re.compile(
    rf'^[ \t]*(\{{(?=[^\n]*"type")(?![^\n]*"schema": ?{SCHEMA}[,}}])[^\n]*"schema"[^\n]*)', re.MULTILINE
)
"""Lines that may be records of another schema; the others of a large file need not be parsed again."""
_TYPES: Final = frozenset({"intent", "flow", "outcome", "dropped", "removed", "chain", "checkpoint"})


def is_record(found: object) -> bool:
    return isinstance(found, dict) and str(found.get("type")) in _TYPES and "schema" in found


def read_journal(text: str) -> list[SeenRequest]:
    """Every flow, and every intent that no flow followed. Lines of another schema are skipped, for
    `count_foreign_lines` to tell of; raises UnreadableError where there are no others."""
    records: list[ForeignFlow | ForeignIntent] = []
    outcomes: dict[Foreign, ForeignOutcome] = {}
    for line in text.splitlines():
        record = _decoded(line.strip())
        if isinstance(record, ForeignFlow | ForeignIntent):
            records.append(record)
        elif isinstance(record, ForeignOutcome):
            outcomes[record.request_id] = record
    if not records and count_foreign_lines(text):
        raise UnreadableError(
            "these journal lines have another schema than this version of the program reads"
        )
    finished = {one.request_id for one in records if isinstance(one, ForeignFlow)}
    return [
        _seen(one, outcomes.get(one.request_id))
        for one in records
        if isinstance(one, ForeignFlow) or one.request_id not in finished
    ]


def record_of(found: dict[str, Any], outcome: object = None) -> SeenRequest | None:
    """One record that was parsed already, and what became of its write; None for lines that are no flow."""
    record = _decoded(json.dumps(found))
    told = _decoded(json.dumps(outcome)) if isinstance(outcome, dict) else None
    if not isinstance(record, ForeignFlow | ForeignIntent):
        return None
    return _seen(record, told if isinstance(told, ForeignOutcome) else None)


def _decoded(line: str) -> object:
    if not line.startswith("{"):
        return None
    try:
        return decode_foreign(octets(line))
    except ValueError:
        return None


def count_foreign_lines(text: str) -> int:
    """How many lines are records of another schema than is read here."""
    return sum(map(_is_foreign, _RECORD_START.findall(text)))


def _is_foreign(line: str) -> bool:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return is_record(found) and found["schema"] != SCHEMA


def _seen(record: ForeignFlow | ForeignIntent, outcome: ForeignOutcome | None) -> SeenRequest:
    host, port = split_authority(octets(record.server.raw))
    flow = record if isinstance(record, ForeignFlow) else None
    return SeenRequest(
        _request(record, flow.went if flow and flow.went else record.came),
        FORM,
        host=host,
        port=port,
        answer=_answer(flow) if flow else None,
        remarks=tuple(_remarks(flow, outcome)),
        record=record,
    )


def _remarks(flow: ForeignFlow | None, outcome: ForeignOutcome | None) -> Iterator[str]:
    if flow is None:
        yield UNFINISHED
    elif flow.repeated:
        alike = "by the same client, with other paths too" if flow.repeated_mixed else "alike"
        yield f"the line stands for {flow.repeated} refusals {alike}, until {flow.repeated_until.terminal()}"
    if outcome is not None:
        yield _looked_up(outcome)


def _looked_up(outcome: ForeignOutcome) -> str:
    words = outcome.outcome, outcome.reason, outcome.order_status
    return in_words(*(word.terminal() for word in words), looks=outcome.looks)


def _request(record: ForeignFlow | ForeignIntent, side: ForeignSide) -> RawRequest:
    """The request in its kept shape, with stand-ins for what was removed."""
    query = _filled(side.query)
    target = _filled(record.path) + (b"?" + query if query else b"")
    headers = tuple(_header(line) for line in side.headers if ": " in line.raw)
    return RawRequest(record.method.raw, target, headers, _filled(side.body))


def _filled(text: Foreign) -> bytes:
    return octets(fill(text.raw))


def _header(line: Foreign) -> Header:
    name, _, value = line.raw.partition(": ")
    return octets(fill(name)), octets(fill(value))


def _answer(flow: ForeignFlow) -> AnswerSeen | None:
    if flow.status is None:
        return None
    headers = tuple(_header(line) for line in flow.headers if ": " in line.raw)
    body = _filled(flow.body)
    if flow.code and not body:
        told = flow.code.raw
        code: int | str = int(told) if told.removeprefix("-").isdigit() else told
        body = msgspec.json.encode({"code": code, "msg": flow.message.raw})
    return AnswerSeen(flow.status, headers, body)
