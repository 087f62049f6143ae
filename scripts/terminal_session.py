"""A shell on a terminal of a fixed size, as a person sees it: in tmux where that is installed, else on a pty."""

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

COLUMNS, LINES = 100, 50
_SECONDS: Final = 30.0
_POLL_S: Final = 0.05
_SHELL: Final = ("bash", "--noprofile", "--norc", "--noediting")
_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-9;?]*[a-zA-Z]|[=>]|\][^\x07]*\x07)")


class Terminal(Protocol):
    def type(self, text: str) -> None: ...

    def shown(self) -> str:
        """All that it has shown, without colours and blanks at the ends of lines."""
        ...


@contextlib.contextmanager
def shell(folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    """For the length of the block; whatever still runs in it at the end is ended."""
    opened = _tmux if shutil.which("tmux") else _bare
    with opened(folder, environ) as terminal:
        yield terminal


def until(terminal: Terminal, text: str, *, times: int = 1) -> None:
    """Wait until this was shown so many times. Raises RuntimeError after a while."""
    end = time.monotonic() + _SECONDS
    while terminal.shown().count(text) < times:
        if time.monotonic() > end:
            raise RuntimeError(f"{text!r} was never shown; shown was: {terminal.shown()[-400:]!r}")
        time.sleep(_POLL_S)


class _Tmux:
    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def ask(self, *words: str, environ: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *words],
            env=environ,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tmux {words[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def type(self, text: str) -> None:
        self.ask("send-keys", "-l", text.removesuffix("\n"))
        if text.endswith("\n"):
            self.ask("send-keys", "Enter")

    def shown(self) -> str:
        lines = self.ask("capture-pane", "-p", "-J", "-S", "-").rstrip().split("\n")
        return "\n".join(line.rstrip() for line in lines)


@contextlib.contextmanager
def _tmux(folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    terminal = _Tmux(folder / "tmux")
    size = ("-x", str(COLUMNS), "-y", str(LINES))
    terminal.ask("-f", "/dev/null", "new-session", "-d", *size, "-c", str(folder), *_SHELL, environ=environ)
    try:
        yield terminal
    finally:
        terminal.ask("kill-server")


class _Bare:
    def __init__(self, master: int) -> None:
        self._master = master
        self._octets = b""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def shown(self) -> str:
        while select.select([self._master], [], [], 0)[0]:
            try:
                more = os.read(self._master, 65536)
            except OSError:  # the last that had it open has gone
                break
            if not more:
                break
            self._octets += more
        text = _ESCAPE.sub("", self._octets.decode("utf-8", "replace")).replace("\r\n", "\n")
        return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


@contextlib.contextmanager
def _bare(folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    child, master = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe(_SHELL[0], _SHELL, dict(environ))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    try:
        yield _Bare(master)
    finally:
        os.killpg(child, signal.SIGHUP)
        os.waitpid(child, 0)
        os.close(master)
