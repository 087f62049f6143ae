"""The directory: modes, links, names."""

import os
import stat
from itertools import islice
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.journal.files import PATTERN, Directory, Entry, free_names


@pytest.fixture
def wide_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("wide_umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "journal")
    os.close(directory.create("flows-a.jsonl"))
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "journal").iterdir()} == {0o600}


def test_an_existing_wide_directory_is_narrowed(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir(mode=0o755)
    (tmp_path / "journal").chmod(0o755)
    Directory(tmp_path / "journal")
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700


def test_a_link_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "journal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="cannot be opened"):
        Directory(tmp_path / "journal")


def test_nothing_is_made_over_a_link(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    (tmp_path / "target").write_bytes(b"untouched")
    (tmp_path / "flows-a.jsonl").symlink_to(tmp_path / "target")
    with pytest.raises(FileExistsError):
        directory.create("flows-a.jsonl")


def test_entries_are_journal_files_only_oldest_first(tmp_path: Path) -> None:
    names = ["flows-20260723T101456789Z-0001.jsonl", "flows-20260723T101456789Z-0000.jsonl"]
    for name in [*names, "flows-x.jsonl", "notes.txt"]:
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "flows-20260724T101456789Z-0000.jsonl").symlink_to(tmp_path / "notes.txt")
    entries = Directory(tmp_path).entries()
    assert [entry.name for entry in entries] == sorted(names)
    assert {entry.octets for entry in entries} == {5}


@pytest.mark.parametrize(
    ("unix_ms", "after", "expected"),
    [
        (1_784_801_696_789, "", "flows-20260723T101456789Z-0000.jsonl"),
        (1_784_801_696_789, "flows-20260723T101456789Z-0000.jsonl", "flows-20260723T101456789Z-0001.jsonl"),
        (1_784_801_696_789, "flows-20270101T000000000Z-0007.jsonl", "flows-20270101T000000000Z-0008.jsonl"),
        (1_784_801_696_789, "flows-20250101T000000000Z-0007.jsonl", "flows-20260723T101456789Z-0000.jsonl"),
    ],
)
def test_names_follow_each_other_also_when_the_clock_steps_back(
    unix_ms: int, after: str, expected: str
) -> None:
    names = list(islice(free_names(unix_ms, after), 2))
    assert names[0] == expected
    assert names[0] < names[1]
    assert all(PATTERN.fullmatch(name) for name in names)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a directory of another user")
def test_the_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    os.chown(tmp_path / "journal", 12345, 12345)
    with pytest.raises(ConfigError, match="another user"):
        Directory(tmp_path / "journal")


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o720, 0o740, 0o702, 0o704, 0o777])
def test_a_directory_that_others_may_enter_is_narrowed(tmp_path: Path, mode: int) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal").chmod(mode)
    Directory(tmp_path / "journal")
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700


def test_a_narrower_directory_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir(mode=0o500)
    Directory(tmp_path / "journal")
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o500


def test_a_directory_is_made_with_those_above_it(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "a" / "b" / "journal")
    os.close(directory.create("flows-a.jsonl"))
    assert (tmp_path / "a" / "b" / "journal" / "flows-a.jsonl").exists()
    directory.close()
    directory.close()


def test_what_is_wrong_with_a_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError) as told:
        Directory(tmp_path / "file")
    assert told.value.message == f"the journal directory {tmp_path}/file cannot be opened: File exists"
    assert told.value.hint == "set journal.directory (or --journal) to a directory of your own, not to a link"


def test_files_are_only_appended_to(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    descriptor = directory.create("flows-a.jsonl")
    os.write(descriptor, b"one")
    (tmp_path / "flows-a.jsonl").write_bytes(b"")
    os.write(descriptor, b"two")
    assert (tmp_path / "flows-a.jsonl").read_bytes() == b"two"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.read(descriptor, 1)
    os.close(descriptor)
    with pytest.raises(FileExistsError):
        directory.create("flows-a.jsonl")


def test_a_descriptor_is_not_left_to_programs_that_are_started(tmp_path: Path) -> None:
    descriptor = Directory(tmp_path).create("flows-a.jsonl")
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


def test_a_file_is_known_by_its_device_and_number(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    descriptor = directory.create("flows-a.jsonl")
    found = os.fstat(descriptor)
    os.close(descriptor)
    assert directory.holds("flows-a.jsonl", (found.st_dev, found.st_ino))
    assert not directory.holds("flows-a.jsonl", (found.st_dev, found.st_ino + 1))
    assert not directory.holds("flows-a.jsonl", (found.st_dev + 1, found.st_ino))
    assert not directory.holds("flows-b.jsonl", (found.st_dev, found.st_ino))
    (tmp_path / "link").symlink_to(tmp_path / "flows-a.jsonl")
    assert not directory.holds("link", (found.st_dev, found.st_ino))


def test_entries_tell_size_and_age_and_leave_strangers_out(tmp_path: Path) -> None:
    name = "flows-20260723T101456789Z-0000.jsonl"
    (tmp_path / name).write_bytes(b"12345")
    os.utime(tmp_path / name, ns=(0, 1_784_801_696_789_999_999))
    for stranger in (name + "x", "x" + name, "flows-20260723T101456789Z-000.jsonl"):
        (tmp_path / stranger).write_bytes(b"")
    (tmp_path / "flows-20260723T101456789Z-0001.jsonl").mkdir()
    directory = Directory(tmp_path)
    assert directory.entries() == [Entry(name, 5, 1_784_801_696_789)]
    directory.remove(name)
    assert directory.entries() == []


def test_a_file_that_goes_while_entries_are_listed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"flows-20260723T101456789Z-{number:04d}.jsonl" for number in range(3)]
    for name in names:
        (tmp_path / name).write_bytes(b"1")
    directory = Directory(tmp_path)
    real = os.listdir

    def listed(place: int) -> list[str]:
        found = real(place)
        (tmp_path / names[1]).unlink()
        return found

    monkeypatch.setattr("proxy.journal.files.os.listdir", listed)
    assert [entry.name for entry in directory.entries()] == [names[0], names[2]]


@pytest.mark.parametrize(
    ("unix_ms", "after", "expected"),
    [
        (1_784_801_696_005, "", "flows-20260723T101456005Z-0000.jsonl"),
        (0, "", "flows-19700101T000000000Z-0000.jsonl"),
        (1_784_801_696_790, "flows-20260723T101456789Z-0009.jsonl", "flows-20260723T101456790Z-0000.jsonl"),
        (1_784_801_696_788, "flows-20260723T101456789Z-0009.jsonl", "flows-20260723T101456789Z-0010.jsonl"),
        (1_784_801_696_789, "flows-20260723T101456789Z-0999.jsonl", "flows-20260723T101456789Z-1000.jsonl"),
    ],
)
def test_the_name_that_comes_next(unix_ms: int, after: str, expected: str) -> None:
    assert next(free_names(unix_ms, after)) == expected


def test_names_of_one_stamp_end_with_four_digits() -> None:
    names = list(free_names(1_784_801_696_789, "flows-20260723T101456789Z-9997.jsonl"))
    assert names == [f"flows-20260723T101456789Z-{number}.jsonl" for number in (9998, 9999)]
    assert list(free_names(1_784_801_696_789, names[-1])) == []
