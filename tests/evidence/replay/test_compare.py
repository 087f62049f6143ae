"""Two answers beside each other."""

from typing import Any

import pytest

from proxy.core.redaction import decode_foreign, encode_record
from proxy.core.redaction.foreign_record import ForeignFlow
from proxy.core.redaction.record import FlowRecord, SideRecord
from proxy.evidence.replay.compare import compared
from tests.evidence.report.stories import intent

CASES: list[tuple[dict[str, Any], int, bytes, list[tuple[str, str, str]]]] = [
    ({"status": 200, "body": '{"a":"<amount:1.0>"}'}, 200, b'{"a":"5"}', []),
    ({"status": 401, "code": "-2008"}, 401, b'{"code":-2008,"msg":"x"}', []),
    ({"status": 401, "code": "-2008"}, 200, b'{"a":1}', [("status", "401", "200"), ("code", "-2008", "none")]),
    ({"status": 200, "body": '{"a":1}'}, 401, b'{"code":-2008,"msg":""}',
     [("status", "200", "401"), ("code", "none", "-2008"), ("a", "there", "gone"), ("code", "not there", "new"),
      ("msg", "not there", "new")]),
    ({"status": 200, "body": '{"a":1}'}, 200, b'{"a":"1"}', [("a", "number", "text")]),
    ({"status": 200, "code": "000000", "body": '{"code":"000000"}'}, 200, b'{"code":"000000"}', []),
    ({"status": 200, "undecoded": "oversized"}, 200, b'{"a":1}', []),
    ({"status": 403, "body": "<text:1a2b3c4d5e:3:a>", "undecoded": "page"}, 403, b"<html>", []),
    ({"execution": "unknown"}, 200, b"{}", [("status", "no answer", "200")]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "status", "body", "expected"), CASES)
def test_differences(
    fields: dict[str, Any], status: int, body: bytes, expected: list[tuple[str, str, str]]
) -> None:
    record = FlowRecord(
        schema=1, time="t", request_id="r", method="GET", path="/x", came=SideRecord(), **fields
    )
    read = decode_foreign(encode_record(record))
    assert isinstance(read, ForeignFlow)
    found = [
        (one.what.terminal(), one.recorded.terminal(), one.now.terminal())
        for one in compared(read, status, body)
    ]
    assert found == expected


def test_an_intent_had_no_answer() -> None:
    (one,) = compared(intent(1), 200, b"{}")  # type: ignore[arg-type]  # an intent of the stories
    assert one.recorded.terminal() == "no answer"
