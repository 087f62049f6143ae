"""Files that the addon writes."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from addons.doctor.private_files import append, is_open_to_others, write_whole


def test_a_whole_file_is_private_and_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert write_whole(path, [b"a\n", b"b\n"]) == 2
    assert path.read_bytes() == b"a\nb\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_and_nothing_lost_if_a_line_cannot_be_made(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    def lines() -> Iterator[bytes]:
        yield b"a\n"
        raise ValueError("no line")

    with pytest.raises(ValueError, match="no line"):
        write_whole(path, lines())
    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "out.jsonl"
    other.write_bytes(b"precious")
    path.symlink_to(other)
    write_whole(path, [b"a\n"])
    assert (other.read_bytes(), path.read_bytes()) == (b"precious", b"a\n")


def test_lines_are_appended_to_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    append(path, b"a\n")
    append(path, b"b\n")
    assert path.read_bytes() == b"a\nb\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_appending_does_not_follow_a_link(tmp_path: Path) -> None:
    other, path = tmp_path / "other", tmp_path / "out.jsonl"
    path.symlink_to(other)
    with pytest.raises(OSError, match="symbolic"):
        append(path, b"a\n")
    assert not other.exists()


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o400, False), (0o640, True), (0o602, True)])
def test_who_may_read_a_file(mode: int, is_open: bool, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(mode)
    assert is_open_to_others(path.stat()) is is_open


def test_where_no_user_has_a_number_nothing_is_said_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "getuid")
    assert not is_open_to_others(tmp_path.stat())
