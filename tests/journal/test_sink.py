"""Appending whole lines while everything goes wrong. `os.write` is replaced where a disk would have to be full."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.journal.files import Directory
from proxy.journal.sink import Sink
from tests.journal.lines import START_MS, text

LINES = [b"first line", b"second line", b"third line"]
DATA = b"first line\nsecond line\nthird line\n"

type Full = Callable[[int], None]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Full:
    """Call it with how many more octets the disk takes; -1: as many as you like."""
    room = -1
    real = os.write

    def limited(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = real(descriptor, data if room < 0 else data[:room])
        room = room - taken if room > 0 else room
        return taken

    def have(octets: int) -> None:
        nonlocal room
        room = octets

    monkeypatch.setattr("proxy.journal.sink.os.write", limited)
    return have


def _sink(path: Path) -> Sink:
    return Sink(Directory(path), 1_000_000)


def test_lines_are_appended(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    assert sink.write(LINES, START_MS).lines == 3
    assert sink.write([b"more"], START_MS).lines == 1
    assert text(tmp_path) == DATA + b"more\n"
    assert sink.octets == len(DATA) + 5


@pytest.mark.parametrize("room", range(len(DATA)))
def test_on_a_full_disk_whole_lines_are_counted_and_the_next_one_starts_fresh(
    tmp_path: Path, disk: Full, room: int
) -> None:
    sink = _sink(tmp_path)
    disk(room)
    written = sink.write(LINES, START_MS)
    assert written.fault == "ENOSPC"
    disk(-1)
    assert sink.write([b"after"], START_MS).lines == 1
    found = text(tmp_path).split(b"\n")
    whole = [line for line in found if line in LINES]
    assert whole == LINES[: written.lines]
    assert found[-2:] == [b"after", b""]
    assert len(found) - 2 - len(whole) <= 1  # at most one torn line


def test_a_write_that_takes_its_time_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr("proxy.journal.sink.os.write", lambda fd, data: real(fd, data[:3]))
    assert _sink(tmp_path).write(LINES, START_MS).lines == 3
    assert text(tmp_path) == DATA


def test_a_removed_file_is_made_anew(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    (tmp_path / sink.name).unlink()
    assert sink.write([b"two"], START_MS).lines == 1
    assert text(tmp_path) == b"two\n"


def test_a_file_replaced_by_a_link_is_left_alone(tmp_path: Path) -> None:
    sink = _sink(tmp_path / "journal")
    sink.write([b"one"], START_MS)
    target = tmp_path / "target"
    target.write_bytes(b"untouched")
    first = tmp_path / "journal" / sink.name
    first.unlink()
    first.symlink_to(target)
    assert sink.write([b"two"], START_MS).lines == 1
    assert target.read_bytes() == b"untouched"
    assert (tmp_path / "journal" / sink.name).read_bytes() == b"two\n"
    assert sink.name > first.name


def test_a_file_moved_away_is_followed_by_another(tmp_path: Path) -> None:
    """As log rotation from outside does."""
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    (tmp_path / sink.name).rename(tmp_path / "moved")
    sink.write([b"two"], START_MS)
    assert (tmp_path / "moved").read_bytes() == b"one\n"
    assert text(tmp_path) == b"two\n"


def test_a_removed_directory_is_made_anew(tmp_path: Path) -> None:
    sink = _sink(tmp_path / "journal")
    sink.write([b"one"], START_MS)
    (tmp_path / "journal" / sink.name).unlink()
    (tmp_path / "journal").rmdir()
    assert sink.write([b"two"], START_MS).lines == 1
    assert text(tmp_path / "journal") == b"two\n"


def test_a_disk_that_broke_and_was_mounted_anew_is_found_again(tmp_path: Path) -> None:
    """The descriptor of the directory leads to the dead disk; its path to the new one."""
    directory = Directory(tmp_path / "journal")
    sink = Sink(directory, 1_000_000)
    assert sink.write(LINES, START_MS).lines == 3
    (tmp_path / "journal").rename(tmp_path / "dead")
    os.close(directory._fd)  # every use of it is an OSError from now on
    assert sink.write(LINES[:1], START_MS).lines == 1
    assert text(tmp_path / "journal") == b"first line\n"


def test_a_directory_replaced_by_a_link_is_not_entered(tmp_path: Path) -> None:
    sink = _sink(tmp_path / "journal")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "journal").rmdir()
    (tmp_path / "journal").symlink_to(tmp_path / "elsewhere")
    assert sink.write([b"two"], START_MS).lines == 0
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_two_sinks_in_one_directory_have_a_file_each(tmp_path: Path) -> None:
    one, other = _sink(tmp_path), _sink(tmp_path)
    one.write([b"one"], START_MS)
    other.write([b"two"], START_MS)
    assert one.name != other.name
