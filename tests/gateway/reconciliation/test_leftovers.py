"""A start tells what an earlier run left open."""

import asyncio
import os
from pathlib import Path

import pytest
import structlog.testing

from proxy.core.order_lookup import Outcome, State, Verdict
from proxy.gateway.reconciliation.leftovers import Leftovers, leftovers, log_leftovers
from tests.core.redaction.flows import make_flow, redactor
from tests.journal.lines import files, flow, intent, open_journal

OUTCOME = redactor().redact_outcome(
    make_flow("POST", b"/api/v3/order", b"symbol=A", request_id="r-1"), Outcome(Verdict(State.EXECUTED))
)
UNKNOWN = flow(1, method="POST", execution="unknown")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], Leftovers(0, 0)),
        ([intent(1).line, flow(1).line], Leftovers(0, 0)),
        ([intent(1).line, intent(2).line, flow(1).line], Leftovers(1, 0)),
        ([intent(1).line, UNKNOWN.line], Leftovers(0, 1)),
        ([intent(1).line, UNKNOWN.line, OUTCOME.line], Leftovers(0, 0)),
        ([intent(1).line, OUTCOME.line, UNKNOWN.line], Leftovers(0, 0)),
        ([intent(1).line, OUTCOME.line], Leftovers(0, 0)),
        ([flow(3, execution="unknown").line], Leftovers(0, 0)),
        (
            [intent(1).line[:-9], b"", b"{", b'{"type":"dropped","schema":1,"time":"","count":2}'],
            Leftovers(0, 0),
        ),
        ([b"{", intent(1).line, b"damaged", UNKNOWN.line], Leftovers(0, 1)),
    ],
)
def test_what_is_open(lines: list[bytes], expected: Leftovers) -> None:
    """A read that ended unknown is nobody's loss; torn and other lines count for nothing."""
    assert leftovers(lines) == expected


async def test_the_log_says_how_many(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    for number in (1, 2, 3):
        journal.intent(intent(number))
    journal.record(UNKNOWN)
    journal.close()
    with structlog.testing.capture_logs() as said:
        await log_leftovers(tmp_path, 0)
    (line,) = said
    assert (line["event"], line["unrecorded"], line["unresolved"]) == ("writes_without_outcome", 2, 1)
    assert line["log_level"] == "warning"


async def test_nothing_open_nothing_said(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    journal.intent(intent(1))
    journal.record(flow(1))
    journal.close()
    with structlog.testing.capture_logs() as said:
        await log_leftovers(tmp_path / "j", 0)
        await log_leftovers(tmp_path / "absent", 0)
    assert said == []


async def test_only_the_end_of_the_newest_files_is_read(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, file_bytes=65_536)
    for number in range(1, 4):
        journal.intent(intent(number))
        journal.record(flow(10 + number, padding=70_000))
    journal.close()
    assert len(files(tmp_path)) > 2
    with structlog.testing.capture_logs() as said:
        await log_leftovers(tmp_path, 0)
    assert said[0]["unrecorded"] < 3


async def test_what_this_run_writes_meanwhile_is_not_counted(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    journal.close()
    with structlog.testing.capture_logs() as said:
        telling = asyncio.create_task(log_leftovers(tmp_path, 0.05))
        await asyncio.sleep(0)
        journal = open_journal(tmp_path)
        journal.intent(intent(2))
        await telling
        journal.close()
    assert said[0]["unrecorded"] == 1


async def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    """Neither here, nor by the thread at the end of the process."""
    os.mkfifo(tmp_path / "flows-20260723T101456789Z-0000.jsonl")
    async with asyncio.timeout(5):
        with structlog.testing.capture_logs() as said:
            await log_leftovers(tmp_path, 0)
    assert said == []
