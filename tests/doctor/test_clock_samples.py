"""Measuring a clock: the shortest round trip counts, and the first, which opens the connection, does not."""

from pathlib import Path

from proxy.core.catalogue import PrefixFamily
from proxy.sandbox import Fault
from tests.doctor.patients import patient, sandbox


async def test_an_offset_and_its_stamp(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.clock_shift_ms = -4321
        measured = await one.clock(PrefixFamily.API)
    assert measured.offset_ms is not None
    assert measured.stamp_offset_ms is not None
    assert abs(measured.offset_ms + 4321) < 50
    assert measured.stamp_offset_ms <= measured.offset_ms + 3.1  # never more than a few ms ahead


async def test_an_answer_that_is_late_does_not_count(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/api/v3/time", times=3, delay_s=0.15))
        measured = await one.clock(PrefixFamily.API)
    assert measured.round_trip_ms is not None
    assert measured.slowest_ms is not None
    assert measured.round_trip_ms < 100 < measured.slowest_ms


async def test_what_broke_off_leaves_what_was_measured(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/api/v3/time", times=4))
        running.sandbox.faults.add(Fault("/api/v3/time", status=500, body=b"{}"))
        measured = await one.clock(PrefixFamily.API)
    assert (measured.taken, measured.trouble) == (3, "")


async def test_no_time_at_all(tmp_path: Path) -> None:
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.faults.add(Fault("/api/v3/time", status=500, body=b"{}"))
        measured = await one.clock(PrefixFamily.API)
    assert (measured.offset_ms, measured.trouble) == (
        None,
        "body: the answer of the upstream was not proper HTTP",
    )
