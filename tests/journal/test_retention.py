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
