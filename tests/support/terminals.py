"""A program on a terminal of its own: what a person sees is read, what a person types is written."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

_SECONDS: Final = 30.0


class Terminal:
    """`python -m proxy WORDS` with a controlling terminal, for the length of a block; killed at its end if it still runs."""

    def __init__(self, words: list[str], *, cwd: Path, environ: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "proxy", *words]
        self._cwd, self._environ = cwd, dict(environ)
        self.seen = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        self._master, slave = os.openpty()

        def on_terminal() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background of a shell ignores it
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self._process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=self._environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=on_terminal,  # noqa: PLW1509  # the only way to a terminal of its own
        )
        os.close(slave)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(_SECONDS)
        os.close(self._master)

    def until(self, text: str) -> str:
        """Read until this is shown, after what was read before; all up to there. Fails after a while."""
        end = time.monotonic() + _SECONDS
        while (found := self.seen.find(text, self._read_to)) < 0:
            assert time.monotonic() < end, (
                f"{text!r} was never shown; shown was: {self.seen[self._read_to :]}"
            )
            assert self._more(), f"{text!r} was never shown and it ended; shown was: {self.seen}"
        before, self._read_to = self.seen[self._read_to : found + len(text)], found + len(text)
        return before

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def ends(self) -> int:
        """Read to its end; the exit code. Fails after a while."""
        end = time.monotonic() + _SECONDS
        while self._more():
            assert time.monotonic() < end, f"it did not end; shown was: {self.seen[self._read_to :]}"
        return self._process.wait(_SECONDS)

    def _more(self) -> bool:
        """Whether something more was shown, or may be."""
        if not select.select([self._master], [], [], 0.2)[0]:
            return self._process.poll() is None
        try:
            octets = os.read(self._master, 65536)
        except OSError:  # the last that had it open has gone
            return False
        self.seen += octets.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(octets)

    def echoes(self) -> bool:
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)
