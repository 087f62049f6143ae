"""What an offset means: for who stamps by this clock, and how exactly it is known."""

import pytest

from proxy.doctor.checks.clock import judged
from proxy.doctor.clock_samples import ClockSamples


@pytest.mark.parametrize(
    ("offset", "trip", "window", "mark", "words"),
    [
        (0.0, 1.0, 5000, "good", "agrees with Binance's to 1 ms"),
        (9.9, 1.0, 5000, "good", "agrees with Binance's to 10 ms"),
        (60.0, 130.0, 5000, "good", "agrees with Binance's to 65 ms"),
        (66.0, 130.0, 5000, "good", "is 66 ms behind Binance's, right to 65 ms"),
        (-249.0, 20.0, 5000, "good", "is 249 ms ahead of Binance's, right to 10 ms"),
        (-250.0, 20.0, 5000, "warning", "is 250 ms ahead of"),
        (-999.0, 20.0, 5000, "warning", "is 999 ms ahead of"),
        (-1000.0, 20.0, 5000, "failed", "is 1 s ahead of"),
        (4999.0, 20.0, 5000, "warning", "is 5 s behind"),
        (5000.0, 20.0, 5000, "failed", "a client that stamps by it gets -1021"),
        (2000.0, 20.0, 2000, "failed", "is 2 s behind"),
    ],
)
def test_what_an_offset_means(offset: float, trip: float, window: int, mark: str, words: str) -> None:
    found = judged(ClockSamples(offset, offset, trip, trip, 6), offset, window)
    assert (found.mark.value, words in found.evidence) == (mark, True), found.evidence
    assert bool(found.fix) == (mark != "good")
