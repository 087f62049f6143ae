"""Which word starts this very program."""

import os
import shlex
import sys
import sysconfig
from pathlib import Path

import pytest

from proxy.runtime.own_command import own_command


def program(folder: Path, name: str = "signing-proxy") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That of this environment, in a folder with a space."""
    mine = program(tmp_path / "my env" / "bin")
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(mine.parent))
    return mine


def test_the_bare_word_where_path_finds_it(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "local"
    local.mkdir()
    (local / "signing-proxy").symlink_to(mine)
    for place in (mine.parent, local):
        monkeypatch.setenv("PATH", f"/usr/bin{os.pathsep}{place}")
        assert own_command() == "signing-proxy"


def test_its_path_where_path_finds_none_or_another(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shlex.split(own_command()) == [str(mine)]
    monkeypatch.setenv("PATH", str(program(tmp_path / "other").parent))
    assert shlex.split(own_command()) == [str(mine)]


def test_the_module_where_nothing_was_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
    assert shlex.split(own_command()) == [sys.executable, "-m", "proxy"]
