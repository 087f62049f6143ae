"""Who asks under the same settings, or names the same file, waits for the same holds."""

from pathlib import Path

import msgspec

from proxy.core.catalogue import Catalogue
from proxy.core.settings import Settings
from proxy.limits.configured import configured_holds
from proxy.runtime.clock import LocalClock

BASE = "https://api.binance.com"


def settings(journal: Path, holds_file: Path | None = None) -> Settings:
    journal.mkdir(exist_ok=True)
    budget = {} if holds_file is None else {"holds_file": str(holds_file)}
    return msgspec.convert({"journal": {"directory": str(journal)}, "budget": budget}, Settings)


def held(asked: Settings, asks: Settings) -> bool:
    """Whether what one is told is obeyed by the other."""
    endpoint = Catalogue.builtin().find("GET", "/api/v3/account")
    assert endpoint is not None
    configured_holds(asked, LocalClock()).note(
        endpoint, BASE, "main", status=429, code=-1003, retry_after="60"
    )
    return configured_holds(asks, LocalClock()).is_host_held(BASE)


def test_one_journal_one_file(tmp_path: Path) -> None:
    assert held(settings(tmp_path / "one"), settings(tmp_path / "one"))


def test_two_journals_that_name_one_file(tmp_path: Path) -> None:
    file = tmp_path / "shared" / "holds.json"
    file.parent.mkdir()
    assert held(settings(tmp_path / "one", file), settings(tmp_path / "two", file))


def test_two_journals_know_nothing_of_each_other(tmp_path: Path) -> None:
    assert not held(settings(tmp_path / "one"), settings(tmp_path / "two"))


def test_a_journal_that_nobody_made_yet(tmp_path: Path) -> None:
    """A doctor or an audit before the first gateway."""
    one = settings(tmp_path / "one")
    (tmp_path / "one").rmdir()
    assert held(one, one)
