"""`make install` and `make uninstall`: a link ~/.local/bin/signing-proxy to this folder's `.venv/bin/signing-proxy`.

    python -m scripts.link install|uninstall [FOLDER]       (make install BIN=~/bin)

Nothing is overwritten or removed but a link that leads into this folder. Exit code 1: it could not be done.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.bootstrap import ROOT

NAME: Final = "signing-proxy"


class LinkError(Exception):
    """What is wrong, and what to do, for a person."""


def main(words: list[str]) -> int:
    if not words or words[0] not in ("install", "uninstall") or len(words) > 2:
        print("usage: python -m scripts.link install|uninstall [FOLDER]", file=sys.stderr)
        return 2
    folder = Path(words[1] if len(words) == 2 else "~/.local/bin").expanduser().absolute()
    try:
        if words[0] == "install":
            for line in install(folder, ROOT / ".venv" / "bin" / NAME):
                print(line)
        else:
            print(uninstall(folder, ROOT / ".venv" / "bin" / NAME))
    except LinkError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def install(folder: Path, command: Path) -> Iterator[str]:
    """Make the link; what to say of it. Raises LinkError."""
    link = folder / NAME
    if not _is_ours(link, command):
        if link.exists() or link.is_symlink():
            raise LinkError(
                f"install: {link} is there and does not belong to this folder ({_what(link)}); it was not touched\n"
                f"hint: look at it and remove it, or choose another folder: make install BIN=DIR"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            link.symlink_to(command)
        except OSError as error:
            raise LinkError(
                f"install: {link} cannot be made: {error.strerror}\n"
                f"hint: choose a folder that you may write: make install BIN=DIR; or call {command} by its path"
            ) from None
    yield f"install: {link} -> {command}"
    yield "It works as long as this folder stays where it is; make uninstall removes it."
    yield from _path_advice(folder, link)


def uninstall(folder: Path, command: Path) -> str:
    """Remove the link; what to say of it. Raises LinkError."""
    link = folder / NAME
    if not (link.exists() or link.is_symlink()):
        return f"uninstall: there is no {link}; nothing to do"
    if not _is_ours(link, command):
        raise LinkError(
            f"uninstall: {link} does not belong to this folder ({_what(link)}); it was not touched\n"
            "hint: run make uninstall where it was installed from, or remove it yourself"
        )
    try:
        link.unlink()
    except OSError as error:
        raise LinkError(f"uninstall: {link} cannot be removed: {error.strerror}") from None
    return f"uninstall: {link} is removed; .venv and this folder stay"


def _is_ours(link: Path, command: Path) -> bool:
    """A link to this folder's command, also while `.venv` is not there."""
    return link.is_symlink() and Path(os.path.normpath(link.parent / link.readlink())) == command


def _what(link: Path) -> str:
    if not link.is_symlink():
        return "a file"
    return f"a link to {link.readlink()}" + ("" if link.exists() else ", which is not there")


def _path_advice(folder: Path, link: Path) -> Iterator[str]:
    """Whether the shell will find it; if not, the line that makes it."""
    found = shutil.which(NAME)
    if found is not None and Path(found).absolute() == link:
        yield f"Try it: {NAME} version"
        return
    if str(folder) in os.environ.get("PATH", "").split(os.pathsep):
        yield f"PATH finds another one before it: {found}"
        return
    shell = Path(os.environ.get("SHELL") or "sh").name
    quoted = shlex.quote(str(folder))
    export = f'export PATH={quoted}:"$PATH"'
    files = {"bash": "~/.bashrc", "zsh": "~/.zshrc"}
    yield f"{folder} is not in PATH. For {shell}, run this once, then open a new terminal:"
    if shell == "fish":
        yield f"    fish_add_path {quoted}"
    else:
        yield f"    echo {shlex.quote(export)} >> {files.get(shell, '~/.profile')}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
