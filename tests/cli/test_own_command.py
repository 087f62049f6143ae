"""How the program is called from here: a line that people copy must work."""

import sys
from pathlib import Path

import pytest

from proxy.cli.own_command import own_command


def _program(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "signing-proxy"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_its_name_where_the_shell_finds_it_and_its_path_where_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, other = _program(tmp_path / "bin"), _program(tmp_path / "other place")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "argv", [str(here)])
    assert own_command() == "signing-proxy"
    monkeypatch.setattr(sys, "argv", [str(other)])
    assert own_command() == f"'{other}'"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(here)])
    assert own_command() == str(here)
    monkeypatch.setattr(sys, "argv", ["/x/proxy/__main__.py"])
    assert own_command() == f"{sys.executable} -m proxy"
