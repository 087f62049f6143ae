"""Lines come within bounds, whoever wrote the file."""

import io
import os
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.journal.lines import LONGEST_LINE, Tail, bounded_lines, open_regular


def test_a_line_that_is_too_long_comes_once_and_cut() -> None:
    lines = list(bounded_lines(io.BytesIO(b"a\n" + b"x" * (3 * LONGEST_LINE + 7) + b"\nb\n\nc")))
    assert [len(line) for line in lines] == [1, LONGEST_LINE, 1, 0, 1]
    assert lines[0] + lines[2] + lines[4] == b"abc"


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_the_bound_counts_the_newline(more: int) -> None:
    line = b"x" * (LONGEST_LINE - 1 + more)
    lines = list(bounded_lines(io.BytesIO(line + b"\nnext\n")))
    assert lines == [line[:LONGEST_LINE], b"next"]


def test_a_line_without_an_end_that_is_still_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    tail, most = Tail(tmp_path / "f"), 0
    with (tmp_path / "f").open("ab", buffering=0) as file:
        for _ in range(12):
            file.write(b"x" * 1024 * 1024)
            assert list(tail.lines()) == []
            most = max(most, len(tail.rest))
        file.write(b'{"whole":"a record"}\nafter it\nand hal')
    first, after = tail.lines()
    assert most < LONGEST_LINE
    assert first.startswith(b"\0")
    assert (after, tail.rest) == (b"after it", b"and hal")


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "device"])
def test_what_is_no_file_of_its_own_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    at = tmp_path / "at"
    {
        "folder": at.mkdir,
        "pipe": lambda: os.mkfifo(at),
        "link": lambda: at.symlink_to("/dev/zero"),
        "device": lambda: None,
    }[kind]()
    with pytest.raises(ConfigError, match=r"not a regular file|cannot be read"):
        open_regular(Path("/dev/zero") if kind == "device" else at)
