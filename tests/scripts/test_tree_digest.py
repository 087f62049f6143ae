"""Whether a directory is as it was: content, names, modes and links count, times do not."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.tree_digest import changes, digest, entries, main


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "inner").mkdir(parents=True)
    (tmp_path / "tree" / "a").write_bytes(b"1")
    (tmp_path / "tree" / "inner" / "b.pyc").write_bytes(b"22")
    (tmp_path / "tree" / "link").symlink_to("a")
    return tmp_path / "tree"


def _relink(tree: Path) -> None:
    (tree / "link").unlink()
    (tree / "link").symlink_to("inner")


CHANGES: list[tuple[Callable[[Path], object], list[str]]] = [
    (lambda tree: (tree / "a").write_bytes(b"2"), ["changed  a"]),
    (lambda tree: (tree / "a").chmod(0o600), ["changed  a"]),
    (lambda tree: (tree / "inner").chmod(0o700), ["changed  inner"]),
    (_relink, ["changed  link"]),
    (lambda tree: (tree / "inner" / "b.pyc").unlink(), ["gone     inner/b.pyc"]),
    (lambda tree: (tree / "inner" / ".c").write_bytes(b""), ["new      inner/.c"]),
    (lambda tree: (tree / "a").rename(tree / "z"), ["new      z", "gone     a"]),
    (lambda tree: os.utime(tree / "a", (1, 1)), []),
]


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=range(len(CHANGES)))
def test_every_change_is_seen_and_told(tree: Path, change: Callable[[Path], object], told: list[str]) -> None:
    before = entries(tree)
    change(tree)
    after = entries(tree)
    assert changes(before, after) == told
    assert (digest(before) == digest(after)) is (told == [])


RUNS = [
    ("pass", 0, "0 of them changed, after run 2\nthe command ended with 0\n"),
    ("raise SystemExit(3)", 1, "0 of them changed, after run 2\nthe command ended with 3\n"),
    ("open('new', 'w')", 1, "1 of them changed, after run 2\nnew      new\nthe command ended with 0\n"),
]


@pytest.mark.parametrize(("program", "code", "told"), RUNS, ids=range(len(RUNS)))
def test_it_fails_when_the_command_fails_or_changes_the_directory(
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    program: str,
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tree)
    assert main(["--runs", "2", str(tree), sys.executable, "-c", program]) == code
    assert capsys.readouterr().out.endswith(told)
