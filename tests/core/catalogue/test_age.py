"""How old the facts are, and whether every file and every source has its day."""

import re
from datetime import date
from pathlib import Path

import pytest

from proxy.core.catalogue import age
from proxy.core.catalogue.age import CHANGE_LOGS, FILES, changes, days_old, sources, verdict
from proxy.core.catalogue.table import TABLE_DATE

DATA = Path(age.__file__).parent / "data"
ABOUT_AGE = {"sources.csv", "changes.csv"}


def test_every_data_file_has_its_day() -> None:
    files = {path.name for path in DATA.iterdir() if path.suffix in (".csv", ".json")}
    assert set(FILES) == files - ABOUT_AGE
    assert FILES["endpoints.csv"] == TABLE_DATE
    assert max(FILES.values()) <= TABLE_DATE


def test_every_source_stands_in_the_page_of_sources_with_its_state() -> None:
    page = " ".join((DATA / "SOURCES.md").read_text("utf-8").split())
    for one in sources():
        name = one.source.removeprefix("developers.binance.com change log of ").removeprefix("notice ")
        name = name.removeprefix("PyPI packages ")
        assert name in page, one
        day, month, year = one.state, one.state[:7], one.state[:4]
        said = [day, f"({month})", year, "releases of autumn 2026", f"of {month} "]
        assert any(words in page for words in said), one
        assert re.fullmatch(r"20[0-9]{2}(-[01][0-9](-[0-3][0-9])?)?", one.state)


def test_changes_are_days_in_order_before_the_table_was_made() -> None:
    days = [change.day for change in changes()]
    assert days == sorted(days)
    assert days[-1] < TABLE_DATE
    assert all(date.fromisoformat(day).year == 2026 for day in days)
    assert {change.family for change in changes()} == {"spot", "sapi", "fapi", "dapi", "papi"}


@pytest.mark.parametrize(
    ("state", "days"),
    [("2026-11-28", 2), ("2026-11-30", 0), ("2026-12-01", -1), ("2026-10", 60), ("2025", 698)],
)
def test_days_are_counted_from_the_first_that_a_state_may_mean(state: str, days: int) -> None:
    assert days_old(state, date(2026, 11, 30)) == days


@pytest.mark.parametrize(
    ("today", "said"),
    [
        # 26 days with a change in the 287 from 2026-01-15 to 2026-10-29: one in eleven
        (date(2026, 11, 28), "its newest source is 36 days old (2026-10-23); it was put together 0 days ago"),
        (date(2026, 11, 28), "change logs name 26 days with a change from 2026-01-15 to 2026-10-29"),
        (date(2026, 11, 28), "so expect about 3 more since"),
        (date(2027, 1, 28), "it was put together 61 days ago"),
        (date(2027, 1, 28), "so expect about 9 more since. Look at them:"),
        (
            date(2026, 11, 27),
            "the table is of 2026-11-28, which is after today: is this machine's clock right?",
        ),
    ],
)
def test_the_verdict_says_what_is_to_be_expected(today: date, said: str) -> None:
    assert said in verdict(today)


def test_where_to_look_is_named() -> None:
    page = (DATA / "SOURCES.md").read_text("utf-8")
    repository, file = CHANGE_LOGS[0].split(", ")
    assert f"{repository}, state" in page
    assert file in page
    for name in CHANGE_LOGS[1].partition("change logs of ")[2].replace(" and ", ", ").split(", "):
        assert name in page.partition("developers.binance.com: change logs of")[2].partition("|")[0]
