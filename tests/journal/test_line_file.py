"""Appending whole lines while everything goes wrong. `os.write` is replaced where a disk would have to be full."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.journal.chain import Chain, link_of
from proxy.journal.chain_records import ChainRecord, decode_own
from proxy.journal.files import Directory
from proxy.journal.line_file import LineFile
from proxy.journal.verification import Kind, verify_journal
from tests.journal.lines import START_MS, files, flow, text
from tests.support.children import bare_environment

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

    monkeypatch.setattr("proxy.journal.line_file.os.write", limited)
    return have


def _sink(path: Path) -> LineFile:
    return LineFile(Directory(path), 1_000_000)


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
    monkeypatch.setattr("proxy.journal.line_file.os.write", lambda fd, data: real(fd, data[:3]))
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
    sink = LineFile(directory, 1_000_000)
    assert sink.write(LINES, START_MS).lines == 3
    (tmp_path / "journal").rename(tmp_path / "dead")
    os.close(directory._handle._fd)  # every use of it is an OSError from now on
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


@pytest.mark.parametrize(
    ("octets", "coming", "full"),
    [(0, 1000, False), (100, 0, False), (90, 10, False), (90, 11, True), (101, 0, True)],
)
def test_a_file_is_full_when_the_next_lines_would_not_fit(
    tmp_path: Path, octets: int, coming: int, full: bool
) -> None:
    """An empty one never is: a line that is longer than a file may be has one for itself."""
    sink = LineFile(Directory(tmp_path), 100)
    if octets:
        sink.write([b"x" * (octets - 1)], START_MS)
    assert sink.octets == octets
    assert sink.full(coming) is full


def test_rotation_begins_a_new_file_and_counts_anew(tmp_path: Path) -> None:
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    first = sink.name
    sink.rotate()
    sink.rotate()
    assert sink.octets == 0
    sink.write([b"two"], START_MS)
    assert (sink.octets, sink.name > first) == (4, True)
    assert [(tmp_path / name).read_bytes() for name in (first, sink.name)] == [b"one\n", b"two\n"]


def test_rotation_closes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    real = os.close
    sink = _sink(tmp_path)
    sink.rotate()
    sink.write([b"one"], START_MS)
    descriptor = next(
        int(one.name) for one in Path("/proc/self/fd").iterdir() if one.resolve() == tmp_path / sink.name
    )

    def close(handle: int) -> None:
        closed.append(handle)
        real(handle)

    monkeypatch.setattr("proxy.journal.line_file.os.close", close)
    sink.rotate()
    sink.rotate()
    assert closed == [descriptor]


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.EIO, "x"), "EIO"),
        (OSError(errno.EDQUOT, "x"), "EDQUOT"),
        (OSError("no number"), "OSError"),
        (OSError(99_999, "x"), "OSError"),
    ],
)
def test_a_fault_is_told_by_its_symbol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, fault: str
) -> None:
    def broken(_descriptor: int, _data: bytes) -> int:
        raise error

    monkeypatch.setattr("proxy.journal.line_file.os.write", broken)
    written = _sink(tmp_path).write(LINES, START_MS)
    assert (written.lines, written.fault) == (0, fault)


def test_a_kernel_that_takes_nothing_is_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be asked for ever."""
    monkeypatch.setattr("proxy.journal.line_file.os.write", lambda _descriptor, _data: 0)
    written = _sink(tmp_path).write(LINES, START_MS)
    assert (written.lines, written.fault) == (0, "EIO")


@pytest.mark.parametrize(
    ("room", "whole"),
    [(0, 0), (1, 0), (9, 0), (10, 1), (11, 1), (21, 1), (22, 2), (23, 2), (32, 2), (33, 3)],
)
def test_a_line_counts_when_all_its_octets_stand(tmp_path: Path, disk: Full, room: int, whole: int) -> None:
    """`first line` has 10 octets and a newline, `second line` 11 and one, `third line` 10."""
    sink = _sink(tmp_path)
    disk(room)
    assert (sink.write(LINES, START_MS).lines, sink.octets) == (whole, room)


def test_after_a_torn_line_the_rest_is_counted_without_its_beginning(tmp_path: Path, disk: Full) -> None:
    sink = _sink(tmp_path)
    disk(5)
    sink.write(LINES, START_MS)
    disk(1 + 10)  # the newline that ends the torn line, and the first line without its own
    written = sink.write(LINES, START_MS)
    assert (written.lines, written.fault) == (1, "ENOSPC")
    disk(-1)
    assert sink.write([b"after"], START_MS).lines == 1
    assert text(tmp_path) == b"first\nfirst line\nafter\n"


def test_a_file_that_may_not_grow_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    first = sink.name
    real = os.write

    def limited(descriptor: int, data: bytes) -> int:
        if os.fstat(descriptor).st_size >= 4:
            raise OSError(errno.EFBIG, "File too large")
        return real(descriptor, data)

    monkeypatch.setattr("proxy.journal.line_file.os.write", limited)
    written = sink.write([b"two"], START_MS)
    assert (written.lines, written.fault, sink.octets) == (0, "EFBIG", 0)
    assert sink.write([b"two"], START_MS).lines == 1
    assert sink.name > first


def test_a_full_disk_keeps_its_file(tmp_path: Path, disk: Full) -> None:
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    first = sink.name
    disk(0)
    sink.write([b"two"], START_MS)
    disk(-1)
    sink.write([b"three"], START_MS)
    assert sink.name == first
    assert text(tmp_path) == b"one\nthree\n"


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a link or a directory, say, which are not listed."""
    taken = "flows-20260723T101456789Z-0000.jsonl"
    (tmp_path / taken).mkdir()
    sink = _sink(tmp_path)
    assert sink.write([b"one"], START_MS).lines == 1
    assert sink.name == "flows-20260723T101456789Z-0001.jsonl"


def test_without_a_free_name_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_self: Directory, name: str) -> int:
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr("proxy.journal.files.Directory.create", taken)
    written = _sink(tmp_path).write(LINES, START_MS)
    assert (written.lines, written.fault) == (0, "FileExistsError")


def test_a_place_that_became_unusable_is_told_by_the_kind_of_error(tmp_path: Path) -> None:
    sink = _sink(tmp_path / "journal")
    (tmp_path / "journal").rmdir()
    (tmp_path / "journal").write_bytes(b"")
    written = sink.write(LINES, START_MS)
    assert (written.lines, written.fault) == (0, "ConfigError")


def test_a_new_file_is_later_than_all_that_are_there(tmp_path: Path) -> None:
    """Also than one of a gateway whose clock is ahead, and than its own last one, which was removed."""
    (tmp_path / "flows-20270101T000000000Z-0007.jsonl").write_bytes(b"")
    sink = _sink(tmp_path)
    sink.write([b"one"], START_MS)
    assert sink.name == "flows-20270101T000000000Z-0008.jsonl"
    (tmp_path / sink.name).unlink()
    (tmp_path / "flows-20270101T000000000Z-0007.jsonl").unlink()
    sink.write([b"two"], START_MS)
    assert sink.name == "flows-20270101T000000000Z-0009.jsonl"


WITHOUT_DESCRIPTORS = """
import os, sys
from pathlib import Path
from proxy.journal.files import Directory
from proxy.journal.line_file import LineFile

def use_up():
    try:
        while True:
            os.dup(0)
    except OSError:
        pass

sink = LineFile(Directory(Path(sys.argv[1])), 1_000_000)
use_up()
first = sink.write([b"first"], 0)
sink.rotate()
use_up()
second = sink.write([b"second"], 1)
print(first.lines, first.fault, second.lines, second.fault)
"""


def test_a_file_can_be_opened_where_others_took_all_descriptors(tmp_path: Path) -> None:
    """At the first line, and after a rotation. In a child: its descriptors are used up."""
    command = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", sys.executable, "-c", WITHOUT_DESCRIPTORS]
    done = subprocess.run(
        [*command, str(tmp_path)],
        env=bare_environment(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.stdout.split() == ["1", "1"], done.stderr
    assert text(tmp_path) == b"first\nsecond\n"


def test_nothing_is_kept_of_a_file_that_is_closed(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    directory = Directory(tmp_path)
    sink = LineFile(directory, 1_000_000)
    sink.write([b"a"], START_MS)
    sink.rotate()
    sink.close()
    directory.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("room", range(0, 400, 7))
def test_a_full_disk_leaves_a_chain_that_says_what_stands_between_its_lines(
    tmp_path: Path, disk: Full, room: int
) -> None:
    """Wherever it cuts: the first line of a file, one of ours, or between two."""
    chain = Chain("c")
    sink = LineFile(Directory(tmp_path), 1_000_000, chain)
    records = [flow(number).line for number in range(3)]
    disk(room)
    written = sink.write(records, START_MS)
    disk(30)
    again = sink.write(records, START_MS)
    disk(-1)
    assert sink.write(records[:1], START_MS).lines == 1
    sink.rotate()
    assert sink.write(records[:1], START_MS).lines == 1
    report = verify_journal(files(tmp_path), Kind(whole=True))
    assert report.breaks == []
    assert report.lines == chain.lines == written.lines + again.lines + 2 + 2
    stray = [line for line in text(tmp_path).split(b"\n") if line and link_of(line) is None]
    assert report.torn == len(stray)


def test_a_file_that_was_removed_is_followed_by_one_that_says_so(tmp_path: Path) -> None:
    chain = Chain("c")
    sink = LineFile(Directory(tmp_path), 1_000_000, chain)
    sink.write([flow(1).line], START_MS)
    gone = sink.name
    (tmp_path / gone).unlink()
    sink.write([flow(2).line], START_MS)
    first = decode_own(text(tmp_path).splitlines()[0])
    assert isinstance(first, ChainRecord)
    assert (first.previous, first.file, chain.lines) == (gone, sink.name, 4)
    assert len(verify_journal(files(tmp_path), Kind(whole=True)).breaks) == 1


def test_a_full_disk_and_a_rotation_at_once(tmp_path: Path, disk: Full) -> None:
    """The piece stands at the end of one file, and the first line of the next tells of it."""
    chain = Chain("c")
    sink = LineFile(Directory(tmp_path), 1_000_000, chain)
    sink.write([flow(1).line], START_MS)
    disk(20)
    sink.write([flow(2).line], START_MS)
    sink.rotate()
    disk(-1)
    sink.write([flow(3).line], START_MS)
    assert (verify_journal(files(tmp_path), Kind(whole=True)).breaks, chain.lines) == ([], 4)
    assert text(tmp_path).count(b'"torn":') == 1
    disk(20)
    sink.rotate()
    sink.write([flow(4).line], START_MS)  # not even the first line of the file
    sink.rotate()
    disk(-1)
    sink.write([flow(5).line], START_MS)
    report = verify_journal(files(tmp_path), Kind(whole=True))
    assert (report.breaks, chain.lines) == ([], 6)
    assert report.like_a_kill[0].says == "holds the beginning of its first line alone"
