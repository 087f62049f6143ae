"""Words and numbers of the pages."""

import pytest

from proxy.audit.words import duration, moment, percent, plural, seconds, shortened, split


def test_words() -> None:
    assert moment(1_780_000_000_000) == "2026-05-28 20:26:40Z"
    assert (percent(1, 6), percent(0, 0), percent(6, 6)) == ("1 of 6 (17 %)", "none asked", "6 of 6 (100 %)")
    assert (plural(1, "sweep"), plural(2, "sweep")) == ("1 sweep", "2 sweeps")
    assert [duration(one) for one in (0.5, 30, 90, 600, 5400, 86_400)] == [
        "0.5 s",
        "30 s",
        "90 s",
        "10 min",
        "90 min",
        "1 d",
    ]
    assert split("GET /a/b") == ("GET", "/a/b")


@pytest.mark.parametrize("width", [10, 11, 20, 40])
def test_a_name_that_is_too_long_keeps_both_ends(width: int) -> None:
    path = "/sapi/v1/c2c/orderMatch/getUserOrderSummary"
    found = shortened(path, width)
    assert len(found) == width
    head, _, tail = found.partition("..")
    assert path.startswith(head)
    assert path.endswith(tail)
    assert shortened(path, 60) == path


@pytest.mark.parametrize(
    ("text", "is_s"), [("30s", 30.0), ("10m", 600.0), ("24h", 86_400.0), ("1.5h", 5400.0), ("7d", 604_800.0)]
)
def test_durations(text: str, is_s: float) -> None:
    assert seconds(text) == is_s


@pytest.mark.parametrize("text", ["", "10", "0m", "-1s", "1w", "m", "1e3s", "٣s"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="a time such as"):
        seconds(text)
