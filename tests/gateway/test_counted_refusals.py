"""Rows of refusals that repeat: what they say, when they are written, and what is never one of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from structlog.testing import capture_logs

from proxy.core.errors import RedactionError, Refusal
from proxy.core.flow import Flow
from proxy.core.redaction import RedactedFlow, Redactor
from proxy.core.refusal_loops import Kind
from proxy.gateway import counted_refusals as room
from proxy.gateway.counted_refusals import CountedRefusals
from tests.core.redaction.flows import TAG_KEY, make_flow
from tests.gateway.house import FORM, ORDER, house
from tests.support.gateway import gateway

KIND = Kind("", "endpoint_not_allowed", "GET", "/api/v3/account")
REFUSAL = Refusal(403, "endpoint_not_allowed", "no")
NO_READS = {"profiles": ["spot"], "read": ["market"]}
ACCOUNT = "/api/v3/account"


def refused(number: int) -> Flow:
    flow = make_flow("GET", b"/api/v3/account?n=%d" % number)
    flow.request_id, flow.started_ms = f"r-{number}", 1_784_801_696_000 + number
    flow.refusal = REFUSAL
    return flow


def rows() -> tuple[CountedRefusals, list[RedactedFlow]]:
    written: list[RedactedFlow] = []
    return CountedRefusals(written.append), written


async def test_a_row_is_the_first_of_them_with_their_number() -> None:
    counted, written = rows()
    redactor = Redactor(TAG_KEY, ())
    for number in range(5):
        counted.add(refused(number), KIND, redactor.redact)
    with capture_logs() as logs:
        counted.flush()
    (row,) = written
    alone = json.loads(redactor.redact(refused(0)).line)
    until = "2026-07-23T10:14:56.004Z"
    assert json.loads(row.line) == alone | {"repeated": 5, "repeated_until": until}
    assert (row.record.repeated, row.record.repeated_until) == (5, until)
    assert logs == [
        {"event": "refused_repeatedly", "token": KIND.token, "status": 403, "count": 5, "log_level": "info"}
    ]
    assert counted.count == 5
    counted.flush()
    assert len(written) == 1


async def test_a_row_of_one_is_an_ordinary_line() -> None:
    counted, written = rows()
    redactor = Redactor(TAG_KEY, ())
    counted.add(refused(1), KIND, redactor.redact)
    counted.flush()
    assert written[0].line == redactor.redact(refused(1)).line


async def test_a_row_is_written_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ROW_SECONDS", 0.01)
    counted, written = rows()
    for number in range(3):
        counted.add(refused(number), KIND, Redactor(TAG_KEY, ()).redact)
    async with asyncio.timeout(5):
        while not written:
            await asyncio.sleep(0.005)
    assert written[0].record.repeated == 3


async def test_kinds_have_rows_of_their_own_and_a_mixed_one_says_so() -> None:
    counted, written = rows()
    redact = Redactor(TAG_KEY, ()).redact
    for kind in (KIND, KIND.group, KIND, KIND.group):
        counted.add(refused(1), kind, redact)
    counted.flush()
    assert [one.record.repeated_mixed for one in written] == [False, True]


async def test_one_that_cannot_be_redacted_begins_no_row() -> None:
    def fail(_: Flow) -> Any:
        raise RedactionError("no")

    counted, written = rows()
    with pytest.raises(RedactionError):
        counted.add(refused(1), KIND, fail)
    counted.flush()
    assert written == []


async def test_a_loop_leaves_eleven_lines_and_all_are_counted(tmp_path: Path) -> None:
    limits = {"refusal_delay_seconds": 0}
    async with house(tmp_path, policy=NO_READS, limits=limits) as here:
        got = [await here.ask("GET", ACCOUNT) for _ in range(200)]
        assert {(one.status, one.execution) for one in got} == {(403, "not_sent")}
        await here.ask("GET", "/api/v3/ticker/price")
        assert here.running.pipeline.recorder.tally.outcomes[got[0].token, 403] == 200
        await here.running.pipeline.recorder.flush()
        lines = here.lines("flow")
    refusals = [one for one in lines if one.get("refused") == 403]
    assert len(refusals) == 11
    assert sum(one.get("repeated", 1) for one in refusals) == 200
    assert [one["url.path"] for one in lines if "refused" not in one] == ["/api/v3/ticker/price"]


async def test_a_row_under_way_is_written_at_the_end(tmp_path: Path) -> None:
    async with house(tmp_path, policy=NO_READS) as here:
        for _ in range(30):
            await here.ask("GET", ACCOUNT)
    assert sum(one.get("repeated", 1) for one in here.lines("flow")) == 30


async def test_what_has_its_intent_on_record_is_never_counted_away(tmp_path: Path) -> None:
    """Writes that nobody can reach the exchange for: they were not sent, but were about to be."""
    journal = tmp_path / "journal"
    nobody = f"http://127.0.0.1:{unused_port()}"
    async with gateway(nobody, journal) as running, ClientSession() as session:
        for _ in range(15):
            async with session.post(running.url + "/api/v3/order", data=ORDER, headers=FORM) as answer:
                assert answer.headers["X-Gateway-Execution"] == "not_sent"
    lines = [json.loads(line) for file in journal.glob("flows-*") for line in file.read_bytes().splitlines()]
    ids = {kind: [one["request_id"] for one in lines if one["type"] == kind] for kind in ("flow", "intent")}
    assert len(ids["flow"]) == 15
    assert sorted(ids["flow"]) == sorted(ids["intent"])
