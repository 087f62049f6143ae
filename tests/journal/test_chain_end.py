"""The last link of a file, whatever stands behind it."""

import os
from pathlib import Path

import pytest

from proxy.journal.chain import Chain
from proxy.journal.chain_end import chain_end, newest_ends
from proxy.journal.chain_records import PlaceRecord
from proxy.journal.files import Directory
from tests.journal.lines import flow, open_journal

NAME = "flows-20260723T101456789Z-0000.jsonl"


def lines(count: int, padding: int = 0) -> list[bytes]:
    return Chain("c").bind([flow(number, padding=padding).line for number in range(count)])


def end_of(directory: Path, content: bytes) -> PlaceRecord | None:
    (directory / NAME).write_bytes(content)
    return chain_end(Directory(directory), NAME)


def place(line: bytes) -> PlaceRecord:
    number, _, rest = line.rpartition(b',"seq":')[2].partition(b',"hash":"')
    return PlaceRecord(file=NAME, seq=int(number), hash=rest[:44].decode())


@pytest.mark.parametrize("count", [1, 2, 100, 3000])
@pytest.mark.parametrize("behind", [b"", b"\n", b'\n{"type":"fl', b"\n\0\0\0", b"\n\n"])
def test_the_last_whole_line_is_found(tmp_path: Path, count: int, behind: bytes) -> None:
    found = lines(count)
    assert end_of(tmp_path, b"\n".join(found) + behind) == place(found[-1])


def test_a_long_line_is_found_behind_the_first_look(tmp_path: Path) -> None:
    found = lines(3, 100_000)
    assert end_of(tmp_path, b"\n".join(found) + b"\n") == place(found[-1])


@pytest.mark.parametrize("content", [b"", b"\n", flow(1).line + b"\n", b"x" * 1_000_000])
def test_of_a_file_without_a_chain_there_is_none(tmp_path: Path, content: bytes) -> None:
    assert end_of(tmp_path, content) is None


def test_what_is_no_file_has_none(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    assert chain_end(directory, NAME) is None
    os.mkfifo(tmp_path / NAME)
    assert chain_end(directory, NAME) is None
    (tmp_path / NAME).unlink()
    (tmp_path / "other").write_bytes(lines(1)[0])
    (tmp_path / NAME).symlink_to(tmp_path / "other")
    assert chain_end(directory, NAME) is None


def test_the_newest_eight_files_are_looked_at(tmp_path: Path) -> None:
    for number in range(10):
        journal = open_journal(tmp_path)
        journal.record(flow(number))
        journal.close()
    names = sorted(path.name for path in tmp_path.glob("flows-*"))
    assert [one.file for one in newest_ends(Directory(tmp_path))] == names[2:]
    assert {one.seq for one in newest_ends(Directory(tmp_path))} == {3}
