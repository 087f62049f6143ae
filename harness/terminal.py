"""A gateway on a terminal of its own, as a person sees it: what it writes, what mode it sets, what keys do."""

import contextlib
import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from harness.gateway import ROOT, arguments, variables

ESCAPE: Final = re.compile(r"\x1b\[[0-9;]*m")
_GATEWAY: Final = re.compile(r'gateway(?: +|":")(http://[^\s"]+)')
_KEPT_OCTETS: Final = 1 << 18
_PID: Final = re.compile(r'pid(?: +|":)([0-9]+)')


def controlling(slave: int) -> None:
    """In the child: a session of its own, with this as its controlling terminal."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


class OnTerminal:
    """`python -m proxy run` with standard input, output and error on one terminal, in the foreground.

    with OnTerminal(upstream, folder, "-v") as running: ...

    At the end it is stopped if it still runs.
    """

    def __init__(
        self,
        upstream: str,
        folder: Path,
        *words: str,
        width: int = 120,
        environment: Mapping[str, str] | None = None,
        program: tuple[str, ...] = ("-m", "proxy"),
        prefix: tuple[str, ...] = (),
        pass_fds: tuple[int, ...] = (),
        stdin: int | None = None,
    ) -> None:
        """`words` are added to the command; `program` is what Python runs, behind `prefix`; `stdin` is its own
        standard input, where that is not the terminal."""
        self.master, self.slave = os.openpty()
        self.resize(width)
        self.mode_before = termios.tcgetattr(self.slave)
        self.journal = folder / "journal"
        command = [*prefix, sys.executable, *program, *arguments(upstream, self.journal), *words]
        given = {"TERM": "xterm-256color", **dict(environment or {})}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=variables(folder) | given, pass_fds=pass_fds,
            stdin=self.slave if stdin is None else stdin, stdout=self.slave, stderr=self.slave,
            preexec_fn=lambda: controlling(self.slave),  # noqa: PLW1509  # the only way to a terminal of its own
        )  # fmt: skip
        self._seen = b""
        self.taken = 0
        """Octets that it wrote so far."""
        self._reading = threading.Event()
        self._reading.set()
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        self.url = self.await_text(_GATEWAY)[1]
        self.pid = int(self.await_text(_PID)[1])
        self.await_text("to quit|ends it|listening")
        return self

    def __exit__(self, *_: object) -> None:
        self._reading.set()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.process.kill()
        self.process.wait()
        if self.pid != self.process.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.slave)
        self._ended.set()
        self._reader.join(2)
        os.close(self.master)

    def raw(self) -> str:
        """All that it wrote, escapes and all; of much the end."""
        return self._seen.decode("utf-8").replace("\r\n", "\n")

    def text(self) -> str:
        """The same without colours."""
        return ESCAPE.sub("", self.raw())

    def await_text(self, wanted: str | re.Pattern[str], seconds: float = 20.0) -> re.Match[str]:
        """Wait until it stands on the terminal."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := re.search(wanted, self.text()):
                return found
            if self.process.poll() is not None and not self._grows():
                break
            time.sleep(0.01)
        raise AssertionError(f"{wanted!r} did not come:\n{self.text()}")

    def press(self, keys: str) -> None:
        """Press one key after another, as quickly as a person does."""
        for key in keys:
            os.write(self.master, key.encode())
            time.sleep(0.15)

    def paste(self, text: str) -> None:
        os.write(self.master, text.encode())

    def mode(self) -> list[Any]:
        """The terminal's mode now."""
        return termios.tcgetattr(self.slave)

    def is_key_by_key(self) -> bool:
        return not self.mode()[3] & (termios.ICANON | termios.ECHO)

    def await_mode(self, *, key_by_key: bool) -> None:
        until = time.monotonic() + 10
        while self.is_key_by_key() is not key_by_key:
            assert time.monotonic() < until, "the terminal's mode did not change"
            time.sleep(0.01)

    def resize(self, width: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    def stop_reading(self) -> None:
        """As a terminal that hangs: nobody takes what is written."""
        self._reading.clear()

    def _grows(self) -> bool:
        before = len(self._seen)
        time.sleep(0.2)
        return len(self._seen) > before

    def _read(self) -> None:
        os.set_blocking(self.master, False)
        while not self._ended.is_set():
            self._reading.wait()
            try:
                octets = os.read(self.master, 65536)
                self.taken += len(octets)
                self._seen = (self._seen + octets)[-_KEPT_OCTETS:]
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:
                return
