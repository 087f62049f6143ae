"""The set-up: what it says while it works, and where it puts things. Both sets are made for real by
`scripts/fresh_roots.py`, in clones.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.bootstrap import REQUIREMENTS, RUN, count, keep_to_this_folder, step, working

PYTHON = sys.executable


def test_the_small_set_is_small() -> None:
    assert count(RUN) < 35 < count((REQUIREMENTS,))


def test_a_quiet_step_says_that_it_goes_on(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "QUIET", 0.2)
    assert working("a wait", [PYTHON, "-c", "print('unheard'); import time; time.sleep(1)"]) == 0
    said = capfd.readouterr().err
    assert said.startswith("setup: a wait ... ")
    assert said.count(" s ...") >= 2
    assert said.endswith(" s\n")
    assert "unheard" not in said


def test_a_step_that_fails_shows_its_own_words(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        step("a fault", [PYTHON, "-c", "raise SystemExit('no such package')"])
    assert "no such package\n" in capfd.readouterr().err


def test_a_step_that_takes_too_long_is_ended() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        working("for ever", [PYTHON, "-c", "import time; time.sleep(60)"], seconds=0.3)


@pytest.mark.parametrize("may_write", [True, False])
def test_downloads_stay_here_where_home_cannot_be_written(
    may_write: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR")
    for name in (*names, "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(os, "access", lambda path, _: may_write and path == str(tmp_path))
    keep_to_this_folder()
    places = [os.environ[name] for name in names]
    if may_write:
        assert places == ["", ""]  # uv's own
    else:
        assert all(Path(place).is_relative_to(bootstrap.ROOT / ".uv") for place in places)


@pytest.mark.parametrize("words", [[], ["all"], ["run", "dev"]])
def test_a_wrong_word_is_told(words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"run\|dev"):
        bootstrap.main(words)
