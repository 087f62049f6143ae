"""Whose failure an export is about."""

from collections.abc import Sequence
from typing import Any

import msgspec

from proxy.core.redaction import FlowRecord, IntentRecord
from proxy.core.redaction.record import SideRecord
from proxy.evidence.subject import Subject, subject_of

SENT = SideRecord()


def flow(account: str, status: int | None = 200, environment: str = "production", **more: Any) -> FlowRecord:
    given: dict[str, Any] = {
        "schema": 1, "time": "", "request_id": "", "method": "GET", "path": "/", "came": SENT, "went": SENT,
        "key": "aa:64:0a", "status": status, "environment": environment,
    }  # fmt: skip
    return FlowRecord(account=account, **(given | more))


def whose(*flows: FlowRecord) -> Sequence[str] | None:
    found = subject_of(flows)
    return found and found.account


def test_of_the_newest_failure() -> None:
    assert whose(flow("a", 400), flow("b", 401), flow("c")) == "b"
    assert whose(flow("a", code="83229"), flow("b", code="000000")) == "a"  # P2P refuses inside HTTP 200
    assert whose(flow("a", None), flow("b")) == "a"
    assert subject_of([flow("a", 400, "testnet"), flow("a")]) == Subject("a", "testnet")


def test_of_the_newest_call_where_all_went_well() -> None:
    assert whose(flow("a"), flow("b")) == "b"


def test_what_no_key_was_used_for_says_nothing() -> None:
    assert whose() is None
    public = flow("", 400, key="")
    refused_here = msgspec.structs.replace(flow("a", None), went=None, refused=403)
    assert whose(public, refused_here) is None
    assert whose(flow("b"), public, refused_here, flow("c", 400, dry_run=True)) == "b"
    intent = IntentRecord(schema=1, time="", request_id="", method="POST", path="/", came=SENT, account="a")
    assert subject_of([intent]) is None
