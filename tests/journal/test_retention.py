"""Which files go."""

import pytest

from proxy.journal.files import Entry
from proxy.journal.retention import surplus

DAY_MS = 86_400_000
NOW_MS = 100 * DAY_MS
FILES = [Entry(f"flows-{n}", 10, NOW_MS - (5 - n) * DAY_MS) for n in range(1, 6)]  # 4, 3, 2, 1, 0 days old


@pytest.mark.parametrize(
    ("max_octets", "max_age_days", "expected"),
    [
        (1000, None, []),
        (60, None, []),  # 50 and the reserved 10
        (59, None, [("flows-1", "max_bytes")]),
        (35, None, [("flows-1", "max_bytes"), ("flows-2", "max_bytes"), ("flows-3", "max_bytes")]),
        (1000, 2.5, [("flows-1", "max_age_days"), ("flows-2", "max_age_days")]),
        (35, 3.5, [("flows-1", "max_age_days"), ("flows-2", "max_bytes"), ("flows-3", "max_bytes")]),
        (0, None, [(f"flows-{n}", "max_bytes") for n in range(1, 6)]),
    ],
)
def test_the_oldest_go_first(
    max_octets: int, max_age_days: float | None, expected: list[tuple[str, str]]
) -> None:
    gone = surplus(
        FILES, current="", reserved=10, max_octets=max_octets, max_age_days=max_age_days, now_ms=NOW_MS
    )
    assert [(one.entry.name, one.reason) for one in gone] == expected


def test_the_current_file_never_goes() -> None:
    gone = surplus(FILES, current="flows-5", reserved=10, max_octets=0, max_age_days=0.1, now_ms=NOW_MS)
    assert "flows-5" not in [one.entry.name for one in gone]


def test_a_file_goes_once_it_is_older_than_the_age_and_not_before() -> None:
    files = [Entry(f"flows-{n}", 10, NOW_MS - 2 * DAY_MS + n) for n in (-1, 0, 1)]
    gone = surplus(files, current="", reserved=0, max_octets=1000, max_age_days=2, now_ms=NOW_MS)
    assert [one.entry.name for one in gone] == ["flows--1"]


def test_what_went_by_age_makes_room_for_the_others() -> None:
    """50 octets, at most 30: the two that are too old suffice. With 29 one more has to go."""
    for most, names in ((30, ["flows-1", "flows-2"]), (29, ["flows-1", "flows-2", "flows-3"])):
        gone = surplus(FILES, current="", reserved=0, max_octets=most, max_age_days=2.5, now_ms=NOW_MS)
        assert [one.entry.name for one in gone] == names


def test_the_current_file_is_counted_by_what_is_reserved_for_it() -> None:
    """40 in the closed files and 10 reserved; what the current one holds by now is not added."""
    for most, names in ((50, []), (49, ["flows-1"])):
        gone = surplus(
            FILES, current="flows-5", reserved=10, max_octets=most, max_age_days=None, now_ms=NOW_MS
        )
        assert [one.entry.name for one in gone] == names


def test_an_old_file_goes_wherever_it_stands() -> None:
    """A file that somebody touched is younger than its name."""
    files = [
        Entry("flows-1", 10, NOW_MS),
        Entry("flows-2", 10, NOW_MS - 9 * DAY_MS),
        Entry("flows-3", 10, NOW_MS),
    ]
    gone = surplus(files, current="", reserved=0, max_octets=1000, max_age_days=2, now_ms=NOW_MS)
    assert [(one.entry.name, one.reason) for one in gone] == [("flows-2", "max_age_days")]
    assert surplus(files, current="", reserved=0, max_octets=1000, max_age_days=None, now_ms=NOW_MS) == []
