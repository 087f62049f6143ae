"""What two estimates say together, and what they cannot say."""

from pathlib import Path

import pytest

from proxy.doctor.checks import drift
from proxy.doctor.checks.drift import judged
from proxy.doctor.clock_samples import ClockSamples
from tests.doctor.patients import lines, patient, sandbox


@pytest.mark.parametrize(
    ("moved", "trip", "mark", "words"),
    [
        (0.0, 2.0, "good", "none seen in 8 s: less than 3 ms"),
        (3.0, 2.0, "good", "none seen in 8 s: less than 3 ms"),
        (4.0, 2.0, "good", "the clocks moved 4 ms apart in 8 s (right to 2 ms)"),
        (-5.0, 2.0, "warning", "the clocks moved 5 ms apart in 8 s (right to 2 ms)"),
        (100.0, 200.0, "good", "less than 201 ms"),
        (300.0, 20.0, "warning", "300 ms apart"),
    ],
)
def test_two_estimates(moved: float, trip: float, mark: str, words: str) -> None:
    first = ClockSamples(100.0, 100.0, trip, trip, 6, 50.0)
    second = ClockSamples(100.0 + moved, 100.0, trip, trip, 6, 58.0)
    found = judged(first, second)
    assert (found.mark.value, words in found.evidence) == (mark, True), found.evidence


def test_a_second_estimate_that_failed() -> None:
    first = ClockSamples(100.0, 100.0, 2.0, 2.0, 6, 50.0)
    found = judged(first, ClockSamples(trouble="connect: connection refused"))
    assert (found.mark.value, found.evidence) == (
        "skipped",
        "empty: no second time was told (connect: connection refused)",
    )


async def test_on_the_wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange's clock runs away by half a second between the two."""
    monkeypatch.setattr(drift, "_APART_SECONDS", 0.2)
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        assert (await lines(one, "clock"))[0].startswith("clock: good")
        running.sandbox.clock_shift_ms = 500
        (told,) = await lines(one, "drift")
    assert told.startswith("drift: warning: the clocks moved N ms apart")
