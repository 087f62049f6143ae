"""The directory: modes, links, names, the tag key."""

import os
import stat
from itertools import islice
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.journal.files import PATTERN, Directory, free_names


@pytest.fixture
def wide_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("wide_umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "journal")
    os.close(directory.create("flows-a.jsonl"))
    directory.tag_key()
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


def test_the_tag_key_is_made_once(tmp_path: Path) -> None:
    key = Directory(tmp_path).tag_key()
    assert len(key) == 32
    assert Directory(tmp_path).tag_key() == key


def test_a_tag_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    Directory(tmp_path).tag_key()
    (tmp_path / "tag.key").chmod(0o644)
    with pytest.raises(ConfigError, match="mode 0600"):
        Directory(tmp_path).tag_key()


def test_a_damaged_tag_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tag.key").write_bytes(b"short")
    (tmp_path / "tag.key").chmod(0o600)
    with pytest.raises(ConfigError, match="damaged"):
        Directory(tmp_path).tag_key()


def test_a_tag_key_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"k" * 32)
    (tmp_path / "tag.key").symlink_to(tmp_path / "other")
    with pytest.raises(ConfigError, match="cannot be read"):
        Directory(tmp_path).tag_key()


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
