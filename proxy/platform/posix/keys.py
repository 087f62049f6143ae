"""Single keys, read from the terminal while it is ours to read.

The terminal is switched to hand over each key at once, without showing it (its signals stay: Ctrl-C, Ctrl-Z). What
it was before is restored at every end, and whenever the process is suspended. Nothing is read, and nothing is
switched, while another process group has the terminal: a job in the background would be stopped for it (SIGTTIN).

A thread reads. The event loop could not: libuv makes a descriptor that it polls non-blocking, for the shell as well.
"""

import atexit
import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from proxy.platform.posix import terminal

assert sys.platform != "win32"  # so that mypy looks with the right library

_LOOK_SECONDS: Final = 1.0
"""How often it is seen whether the terminal is ours (again)."""
_PASTE_SECONDS: Final = 0.1
_MOST_OCTETS: Final = 4096
_ENDING: Final = signal.SIGQUIT
_STOPPING: Final = frozenset({signal.SIGTTIN, signal.SIGTTOU})

type Act = Callable[[], None]


class Keys:
    """Reads keys from the terminal behind a descriptor and calls what they stand for, in the event loop."""

    def __init__(self, descriptor: int, loop: AbstractEventLoop, acts: Mapping[str, Act]) -> None:
        """Call in the main thread. `acts` by key."""
        self._terminal = descriptor
        self._loop = loop
        self._acts = acts
        self._before: list[Any] | None = None  # the terminal's mode while ours is set
        self._switching = threading.Lock()
        self._closed = False
        self._suspended = False
        self._woken, self._wakes = os.pipe()
        self._handle = {
            signal.SIGTSTP: self._suspend,
            signal.SIGCONT: self._continue,
            _ENDING: self._quit,
        }
        for number, act in self._handle.items():
            loop.add_signal_handler(number, act)
        atexit.register(self._restore)
        self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Restore the terminal and read no more. May be called again."""
        if self._closed:
            return
        self._closed = True
        self._restore()
        atexit.unregister(self._restore)
        for number in self._handle:
            self._loop.remove_signal_handler(number)
        self._poke()
        self._thread.join(_LOOK_SECONDS)

    def _run(self) -> None:
        signal.pthread_sigmask(
            signal.SIG_BLOCK, _STOPPING
        )  # to be refused a read is better than to be stopped
        last_paste = 0.0
        while not self._closed:
            readable = self._wait([self._terminal] if self._take() else [])
            if self._terminal not in readable:
                continue
            octets = self._read()
            if octets is None:
                return
            now = time.monotonic()
            if len(octets) != 1:  # an arrow key is several octets, a paste is many: neither is meant
                last_paste = now
            elif now - last_paste > _PASTE_SECONDS and (act := self._acts.get(octets.decode("latin-1"))):
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(act)

    def _wait(self, terminal: list[int]) -> list[int]:
        """Until a key is there, somebody pokes, or a second has passed."""
        readable, _, _ = select.select([*terminal, self._woken], [], [], _LOOK_SECONDS)
        if self._woken in readable:
            os.read(self._woken, _MOST_OCTETS)
        return readable

    def _read(self) -> bytes | None:
        """What was typed; None when there is no terminal any more."""
        if not self._is_ours():
            return b""
        try:
            return os.read(self._terminal, _MOST_OCTETS) or None
        except OSError:  # the terminal is gone, or another's since we looked
            return b"" if os.isatty(self._terminal) else None

    def _take(self) -> bool:
        """Set our mode if the terminal is ours. Whether it is."""
        with self._switching:
            if self._closed or self._suspended or not self._is_ours():
                return False
            if self._before is None:
                try:
                    self._before = termios.tcgetattr(self._terminal)
                    termios.tcflush(self._terminal, termios.TCIFLUSH)  # what was typed for others
                    termios.tcsetattr(self._terminal, termios.TCSANOW, _key_by_key(self._before))
                except termios.error:
                    return False
            return True

    def _restore(self) -> None:
        """Give the terminal back as it was. One that another process group has by now is that one's affair."""
        with self._switching:
            before, self._before = self._before, None
            if before is not None and self._is_ours():
                with _unstoppable(), contextlib.suppress(termios.error):
                    termios.tcsetattr(self._terminal, termios.TCSANOW, before)

    def _is_ours(self) -> bool:
        return terminal.is_ours(self._terminal)

    def _suspend(self) -> None:
        """Ctrl-Z: restore, stop as ever, and go on from here when continued."""
        self._suspended = True
        self._restore_and(signal.SIGTSTP)
        self._suspended = False
        if not self._closed:
            self._loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self._poke()

    def _quit(self) -> None:
        """Ctrl-\\ ends a process at once; that is its meaning."""
        self._closed = True
        self._restore_and(_ENDING)

    def _restore_and(self, number: signal.Signals) -> None:
        """Let the signal do what it does to any process."""
        self._restore()
        self._loop.remove_signal_handler(number)
        signal.raise_signal(number)

    def _continue(self) -> None:
        """The shell may have set its own mode meanwhile (`kill -STOP`, then `fg`): set ours anew."""
        with self._switching:
            if self._before is not None and self._is_ours():
                with contextlib.suppress(termios.error):
                    termios.tcsetattr(self._terminal, termios.TCSANOW, _key_by_key(self._before))
        self._poke()

    def _poke(self) -> None:
        os.write(self._wakes, b".")


def _key_by_key(mode: list[Any]) -> list[Any]:
    """The same terminal, handing over each key at once and showing none."""
    changed = [*mode[:6], [*mode[6]]]
    changed[3] &= ~(termios.ICANON | termios.ECHO)
    changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
    return changed


@contextlib.contextmanager
def _unstoppable() -> Iterator[None]:
    """Whoever changes a terminal that has just become another's is refused, not stopped."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
