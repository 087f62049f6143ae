"""What a run of `make fuzz` may say of itself."""

import os

import pytest

from tests.hostile.fuzz_run import FLAT_KIB, End, MemoryTrack, verdict


@pytest.mark.parametrize(
    ("done", "faults", "end", "says"),
    [
        (100, [], End.HELD, "held: 100 of 100 done"),
        (99, [], End.CUT_SHORT, "CUT SHORT: 99 of 100 done in the 60 s allowed"),
        (100, ["x"], End.BROKEN, "did NOT hold: 1 faults after 100 of 100"),
        (3, ["x", "y"], End.BROKEN, "did NOT hold: 2 faults after 3 of 100"),
    ],
)
def test_a_run_claims_no_more_than_was_done(done: int, faults: list[str], end: End, says: str) -> None:
    said, ended = verdict(done, 100, 60, faults)
    assert ended is end
    assert said.startswith(says)
    assert (end == 0) is (end is End.HELD)


def track(*samples: tuple[int, int], wanted: int = 100_000) -> MemoryTrack:
    return MemoryTrack(wanted, 30_000, list(samples))


def test_the_slope_is_that_of_a_line() -> None:
    grows = track((0, 1), *((done, 1000 + done // 100) for done in range(30_000, 100_001, 10_000)))
    assert grows.slope == pytest.approx(10.0)
    assert "+10.00 KiB for each 1,000 inputs since 30,000" in grows.line()
    assert grows.fault() is None


def test_growth_counts_once_it_is_warm() -> None:
    assert track((0, 1), (30_000, 50_000), (100_000, 50_000 + FLAT_KIB)).fault() is None
    assert track((0, 1), (30_000, 50_000), (100_000, 50_001 + FLAT_KIB)).fault()
    assert track((0, 1), (90_000, 50_001 + FLAT_KIB), (100_000, 50_001 + FLAT_KIB)).fault() is None


def test_a_fifth_of_a_long_run_is_warming_up() -> None:
    samples = ((30_000, 0), (200_000, FLAT_KIB * 2), (1_000_000, FLAT_KIB * 2))
    assert track(*samples, wanted=1_000_000).fault() is None


def test_of_a_short_run_growth_is_not_judged() -> None:
    short = track((0, 40_960), (2000, 90_000), wanted=2000)
    assert short.fault() is None
    assert short.slope is None
    assert "growth not judged" in short.line()


def test_a_process_that_has_ended_gives_no_sample() -> None:
    memory = MemoryTrack(1, 1)
    memory.note(0, 2**22 + 1)
    assert memory.samples == []
    assert "not seen" in memory.line()
    memory.note(1, os.getpid())
    assert len(memory.samples) == 1
