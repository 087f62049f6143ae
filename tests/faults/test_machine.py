"""Clocks, kills, disks, memory and stalls in small; and that each measurement would notice."""

import shutil
import time
from pathlib import Path

import pytest

from proxy.core.redaction import IntentRecord, encode_record
from proxy.core.redaction.record import SCHEMA, SideRecord
from tests.faults.cases import (
    r07_clock,
    r08_killed,
    r09_disk,
    r10_rotation,
    r12_memory,
    r13_stall,
    r14_alive,
)
from tests.faults.frame import Client, gateway
from tests.faults.inside import gaps, injected, worst
from tests.faults.test_cases import held
from tests.faults.upstream import Exchange, exchange

needs_faketime = pytest.mark.skipif(
    r07_clock.LIBRARY is None,
    reason="the Debian package libfaketime is not installed: no clock can be stepped",
)


@needs_faketime
@pytest.mark.slow
async def test_a_step_of_the_wall_clock_does_no_harm() -> None:
    held(await r07_clock.stepped(r07_clock.STEPS[:1], most_late=0.5))


async def test_killed_gateways_leave_an_intent_for_every_write(tmp_path: Path) -> None:
    count = await r08_killed.trial(1, 3, tmp_path, readers=False)
    assert (count.kills, count.unknown, count.twice) == (3, 0, 0)
    assert count.writes > 0
    assert count.most_torn <= 1


def _intent(number: int) -> bytes:
    return encode_record(
        IntentRecord(
            schema=SCHEMA,
            time="2026-01-01T00:00:00.000Z",
            request_id=f"r-{number}",
            method="POST",
            path="/api/v3/order",
            came=SideRecord(body=f"symbol=BTCUSDT&quantity={number}", body_kind="form"),
        )
    )


def test_a_write_without_an_intent_and_torn_lines_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "flows-20260101T000000000Z-0000.jsonl"
    file.write_bytes(_intent(1) + b"\n" + _intent(2)[:50] + b"\n" + b"{\n")
    upstream, count = Exchange(), r08_killed.Count()
    upstream.executed.update(["1", "2"])
    r08_killed.look_through(tmp_path, upstream, count)
    assert (count.writes, count.unknown, count.most_torn) == (2, 1, 2)
    assert [row.held for row in r08_killed.rows(count, r08_killed.Count())] == [False, False, False]


async def test_a_broken_disk_is_counted_exactly_and_got_over() -> None:
    held([await r09_disk.injected_fault("EIO", "EIO", 30)])


async def test_a_fault_that_did_not_happen_is_no_proof() -> None:
    row = await r09_disk.injected_fault("", "nothing", 20)
    assert not row.held


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv (util-linux) is missing")
async def test_a_directory_that_became_read_only() -> None:
    held([await r09_disk.read_only(30)])


async def test_rotation_keeps_every_line() -> None:
    held(await r10_rotation.measure(0.02))


async def test_half_sent_headers_are_held_within_bounds() -> None:
    held([await r12_memory.row("headers of 500 kB that never end", r12_memory.huge_headers, 10, 0.02)])


async def test_the_lag_meter_sees_a_loop_that_stands_still(tmp_path: Path) -> None:
    lag, slow = tmp_path / "lag", tmp_path / "write"
    slow.write_text("slow 0.08")
    async with (
        exchange() as upstream,
        gateway(upstream.base, environment=injected(lag=lag, write=slow)) as running,
    ):
        began = time.monotonic()
        client = Client(running.host, running.port)
        answer = await client.ask("POST", "/api/v3/order", b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        client.close()
    assert answer.status == 200
    longest = worst(gaps(lag, began))
    assert longest.whole > 70
    assert longest.own > r13_stall.LIMIT_MS


async def test_life_after_answers_that_break_http() -> None:
    held([await r14_alive.hostile_answers(["bare LF", "length and chunks", "huge length", "deep JSON"])])
