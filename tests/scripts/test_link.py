"""`make install`: the link is made, found and removed; what is not ours stays."""

import subprocess
from pathlib import Path

import pytest

from scripts.link import LinkError, install, main, uninstall


@pytest.fixture
def command(tmp_path: Path) -> Path:
    file = tmp_path / "clone" / ".venv" / "bin" / "signing-proxy"
    file.parent.mkdir(parents=True)
    file.write_text("#!/bin/sh\necho here\n")
    file.chmod(0o755)
    return file


def test_it_is_found_through_path_and_goes_again(
    command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home" / ".local" / "bin"
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for _ in range(2):  # again does no harm
        assert list(install(folder, command))[-1] == "Try it: signing-proxy version"
    assert subprocess.check_output(["signing-proxy"]) == b"here\n"
    command.unlink()  # make clean
    assert "is removed" in uninstall(folder, command)
    assert list(folder.iterdir()) == []
    assert "nothing to do" in uninstall(folder, command)


@pytest.mark.parametrize("kind", ["file", "other clone", "dangling", "folder"])
def test_what_is_not_ours_stays(kind: str, command: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    there = folder / "signing-proxy"
    folder.mkdir()
    match kind:
        case "file":
            there.write_text("mine")
        case "folder":
            there.mkdir()
        case "other clone":
            other = tmp_path / "other" / "signing-proxy"
            other.parent.mkdir()
            other.write_text("another")
            there.symlink_to(other)
        case _:
            there.symlink_to(tmp_path / "gone")
    before = there.lstat()
    with pytest.raises(LinkError, match="not touched"):
        list(install(folder, command))
    with pytest.raises(LinkError, match="not touched"):
        uninstall(folder, command)
    assert there.lstat() == before


@pytest.mark.parametrize(
    ("shell", "file"), [("/bin/bash", ".bashrc"), ("/usr/bin/zsh", ".zshrc"), ("", ".profile"), ("/bin/dash", ".profile")]
)  # fmt: skip
def test_the_line_for_the_shell_works_as_it_is_said(
    shell: str, file: str, command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder" / "bin"
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("SHELL", shell)
    line = list(install(folder, command))[-1]
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-c", line], env=home, check=True)
    found = subprocess.check_output(["sh", "-c", f". ~/{file}; signing-proxy"], env=home)
    assert found == b"here\n"


def test_fish_has_a_line_of_its_own(command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    monkeypatch.setenv("PATH", "/usr/bin")
    assert list(install(tmp_path / "bin", command))[-1].strip() == f"fish_add_path {tmp_path / 'bin'}"


def test_another_one_before_it_is_named(
    command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{command.parent}:{tmp_path / 'bin'}")
    assert list(install(tmp_path / "bin", command))[-1] == f"PATH finds another one before it: {command}"


def test_a_folder_that_cannot_be_written_is_told(command: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LinkError, match="make install BIN=DIR"):
        list(install(tmp_path / "file" / "bin", command))


def test_a_wrong_word_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instal"]) == 2
    assert "usage" in capsys.readouterr().err
