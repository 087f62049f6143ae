"""The tag key: made whole, kept, and, where it cannot be used, set aside so that trading goes on."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.core.settings import JournalSettings
from proxy.journal import Directory, Journal
from proxy.journal.key_file import TAG_KEY, make_key, read_key
from tests.journal.lines import StillClock

GOOD = bytes(range(32))


def put(directory: Path, octets: bytes, mode: int = 0o600) -> Path:
    path = directory / "tag.key"
    path.write_bytes(octets)
    path.chmod(mode)
    return path


def start(directory: Path) -> tuple[bytes, list[tuple[str, dict[str, object]]]]:
    """The key of a gateway that starts here, and what it told."""
    told: list[tuple[str, dict[str, object]]] = []
    settings = JournalSettings(directory=str(directory))
    journal = Journal(settings, StillClock(), tell=lambda event, facts: told.append((event, facts)))
    journal.close()
    return journal.tag_key, told


def as_link(directory: Path) -> None:
    put(directory, GOOD).rename(directory / "other")
    (directory / "tag.key").symlink_to(directory / "other")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda at: put(at, b""), "is damaged"),
    "short": (lambda at: put(at, b"k" * 31), "is damaged"),
    "long": (lambda at: put(at, b"k" * 33), "is damaged"),
    "endless": (lambda at: put(at, b"k" * 2**20), "is damaged"),
    "link": (as_link, "cannot be read"),
    "folder": (lambda at: (at / "tag.key").mkdir(), "is not a regular file"),
    "pipe": (lambda at: os.mkfifo(at / "tag.key", 0o600), "is not a regular file"),
    **{
        f"mode {mode:o}": (lambda at, mode=mode: put(at, GOOD, mode), "mode 0600")  # type: ignore[misc]  # a default binds it
        for mode in (0o644, 0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666, 0o777)
    },
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_key_that_cannot_be_used_is_set_aside_with_one_line(tmp_path: Path, case: str) -> None:
    spoil, reason = SPOILT[case]
    spoil(tmp_path)
    before = (tmp_path / "tag.key").lstat()
    key, told = start(tmp_path)
    ((event, facts),) = told
    assert event == "journal_key_renewed"
    assert reason in str(facts["reason"])
    kept = tmp_path / str(facts["old_kept_as"])
    assert os.path.samestat(kept.lstat(), before)
    assert len(key) == 32
    assert key != GOOD
    assert (tmp_path / "tag.key").read_bytes() == key
    assert stat.S_IMODE((tmp_path / "tag.key").stat().st_mode) == 0o600
    assert start(tmp_path) == (key, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of another user")
def test_the_key_of_another_user_is_set_aside(tmp_path: Path) -> None:
    os.chown(put(tmp_path, GOOD), 12345, 12345)
    key, told = start(tmp_path)
    assert key != GOOD
    assert [event for event, _ in told] == ["journal_key_renewed"]


@pytest.mark.parametrize("case", SPOILT)
def test_who_only_reads_says_what_is_wrong_and_leaves_it(tmp_path: Path, case: str) -> None:
    spoil, reason = SPOILT[case]
    spoil(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ConfigError) as told:
        read_key(Directory(tmp_path), TAG_KEY)
    assert reason in told.value.message
    assert "sets it aside" in told.value.hint
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_that_only_the_owner_may_touch_is_taken_as_it_stands(tmp_path: Path, mode: int) -> None:
    put(tmp_path, GOOD, mode)
    assert start(tmp_path) == (GOOD, [])


def test_it_is_made_once(tmp_path: Path) -> None:
    key, told = start(tmp_path)
    assert (len(key), told) == (32, [])
    assert start(tmp_path) == (key, [])
    assert {path.name for path in tmp_path.iterdir()} <= {"tag.key", "chain.key"}


def test_the_key_of_a_gateway_that_was_faster_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and making, another has made it."""
    others: list[bytes] = []
    real = os.urandom

    def draw(octets: int) -> bytes:
        if not others:
            others.append(b"")
            others[0] = make_key(Directory(tmp_path), TAG_KEY)
        return real(octets)

    monkeypatch.setattr("proxy.journal.key_file.os.urandom", draw)
    assert make_key(Directory(tmp_path), TAG_KEY) == others[0] == (tmp_path / "tag.key").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} <= {"tag.key", "chain.key"}


def test_one_that_dies_while_it_makes_a_key_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the making of the file and its 32 octets: no next start finds an empty key."""

    class Killed(BaseException):
        """Nothing after it happens, as after `kill -9`; the file it has begun stays as it is."""

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr("proxy.journal.key_file.os.fdopen", die)
    monkeypatch.setattr(Directory, "remove", lambda *_: None)
    with pytest.raises(Killed):
        make_key(Directory(tmp_path), TAG_KEY)
    assert not (tmp_path / "tag.key").exists()
    monkeypatch.undo()
    assert start(tmp_path)[1] == []


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_hard_links_serves_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, "no")

    monkeypatch.setattr(Directory, "link", refuse)
    key, told = start(tmp_path)
    assert told == []
    assert {path.name for path in tmp_path.iterdir()} <= {"tag.key", "chain.key"}
    assert (tmp_path / "tag.key").read_bytes() == key


@pytest.mark.parametrize("what", ["create", "link", "rename"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES])
def test_one_that_cannot_be_stored_serves_for_this_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, error: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, "no")

    put(tmp_path, b"")
    monkeypatch.setattr(Directory, what, refuse)
    keys = [start(tmp_path) for _ in range(2)]
    assert {len(key) for key, _ in keys} == {32}
    assert keys[0][0] != keys[1][0]  # drawn, not made up
    assert keys[0][1][-1][0] == "journal_key_not_stored"
