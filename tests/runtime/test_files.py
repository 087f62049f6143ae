"""Private files: whole or not at all, mode 0600 from the first octet, locked, and known again when changed."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.runtime.files import (
    lock_for_life,
    locked,
    remove_drafts,
    replace_whole,
    require_name,
    stamp,
)


@pytest.mark.parametrize("durable", [True, False])
def test_a_new_file_is_private_and_an_old_one_is_replaced(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "file"
    previous = os.umask(0)
    try:
        replace_whole(path, b"one", durable=durable)
    finally:
        os.umask(previous)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"one", 0o600)
    path.chmod(0o644)
    replace_whole(path, b"two", durable=durable)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"untouched")
    link.symlink_to(target)
    replace_whole(link, b"new", durable=True)
    assert (target.read_bytes(), link.read_bytes(), link.is_symlink()) == (b"untouched", b"new", False)


def test_only_what_must_be_durable_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    replace_whole(tmp_path / "file", b"x", durable=False)
    assert synced == []
    replace_whole(tmp_path / "file", b"x", durable=True)
    assert len(synced) == 2  # the file, then the directory that names it


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        replace_whole(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_stamp_changes_with_content_size_and_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert stamp(path) is None
    path.write_bytes(b"one")
    first = stamp(path)
    assert first is not None
    assert stamp(path) == first
    replace_whole(path, b"one", durable=False)
    second = stamp(path)
    assert second != first
    path.write_bytes(b"longer")
    assert stamp(path) != second


def test_a_stamp_follows_links_or_not(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    assert stamp(link) is None
    assert stamp(link, follow=False) is not None
    target.write_bytes(b"x")
    assert stamp(link) == stamp(target)
    assert stamp(link, follow=False) != stamp(target)


HOLDER = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.readline()
"""


class Other:
    """Another process that has the lock of a file until it is told to end."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", HOLDER, str(path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "locked\n"

    def end(self) -> None:
        self.process.communicate("\n", timeout=10)


def test_a_lock_stands_beside_its_file_and_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with locked(path):
        assert (tmp_path / "file.lock").stat().st_mode & 0o777 == 0o600
        with pytest.raises(BlockingIOError), locked(path, tries=3, pause_seconds=0.0):
            raise AssertionError
    with locked(path):
        pass


def test_a_lock_of_another_process_is_waited_for_within_the_tries(tmp_path: Path) -> None:
    other = Other(tmp_path / "file.lock")
    with pytest.raises(BlockingIOError), locked(tmp_path / "file", tries=2, pause_seconds=0.001):
        raise AssertionError
    ending = threading.Timer(0.05, other.end)
    ending.start()
    with locked(tmp_path / "file", tries=1000, pause_seconds=0.01):
        pass
    ending.join()


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), locked(tmp_path / "file"):
        raise AssertionError
    assert not (tmp_path / "elsewhere").exists()


def test_a_lock_for_life(tmp_path: Path) -> None:
    path = tmp_path / "token"
    with pytest.raises(FileNotFoundError):
        lock_for_life(path, create=False)
    descriptor = lock_for_life(path, create=True)
    assert descriptor is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert lock_for_life(path, create=True) is None
    os.close(descriptor)
    again = lock_for_life(path, create=False)
    assert again is not None
    os.close(again)


def test_no_lock_for_life_on_a_file_that_was_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"")
    opened = os.open

    def replaced(name: Path, flags: int, mode: int) -> int:
        descriptor = opened(name, flags, mode)
        path.unlink()
        path.write_bytes(b"another")
        return descriptor

    monkeypatch.setattr(os, "open", replaced)
    assert lock_for_life(path, create=False) is None


KEY = "tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0AtQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A"


@pytest.mark.parametrize("below", [KEY, f"{KEY}/journal", f"a/{KEY}/b", f"bot-{KEY}.json"])
def test_nothing_new_is_called_like_a_key(tmp_path: Path, below: str) -> None:
    with pytest.raises(ConfigError) as caught:
        require_name(tmp_path / below)
    assert KEY[:8] not in caught.value.message + caught.value.hint
    assert "looks like a key" in caught.value.message


def test_other_names_and_what_is_there_are_left(tmp_path: Path) -> None:
    (tmp_path / KEY).mkdir()
    for below in (KEY, f"{KEY}/journal", "journal", "grid-bot-2024-BTCUSDT-v3/flows", "a\0b"):
        require_name(tmp_path / below)


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from proxy.runtime.files import replace_whole
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
replace_whole(Path(sys.argv[1]), b"secret", durable=False)
"""


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(path)], check=False)
    (draft,) = tmp_path.iterdir()
    others = (
        ".file.swp",
        ".file.0123456789ab.bak",
        ".other.0123456789ab",
        "file.0123456789ab",
        ".file.0123456789AB",
    )
    for other in others:
        (tmp_path / other).touch()
    remove_drafts(path)
    assert not draft.exists()
    assert {one.name for one in tmp_path.iterdir()} == set(others)
    remove_drafts(tmp_path / "nowhere" / "file")
