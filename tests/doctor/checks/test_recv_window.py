"""Which recvWindow is safe for the slowest way that was seen."""

import pytest

from proxy.doctor.checks.recv_window import judged


@pytest.mark.parametrize(
    ("slowest", "configured", "mark", "words"),
    [
        (9.0, 5000, "good", "slowest of 6 round trips 9 ms: 1000 ms is safe, 5000 ms is set"),
        (300.0, 5000, "good", "2000 ms is safe"),
        (1000.0, 5000, "good", "5000 ms is safe"),
        (1001.0, 5000, "warning", "6000 ms is safe, 5000 ms is set"),
        (20_000.0, 60_000, "good", "60000 ms is safe"),
        (9.0, 20_000, "good", "20000 ms is set"),
        (9.0, 20_001, "warning", "whoever repeats a request within that time is believed"),
    ],
)
def test_what_is_safe(slowest: float, configured: int, mark: str, words: str) -> None:
    found = judged(slowest, 6, configured)
    assert (found.mark.value, words in found.evidence) == (mark, True), found.evidence
