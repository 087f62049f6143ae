"""Signals, by their names: a system that has none of a name never sends it."""

import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

assert sys.platform != "win32"  # so that mypy looks with the right library

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

ENDING: Final = ("SIGTERM", "SIGINT")
"""What ends a process that waits for them."""


def interrupting() -> list[signal.Signals]:
    """Those that end a command in the middle of what it does, unless it was told to ignore them (`nohup`)."""
    known = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


def catch(loop: "AbstractEventLoop", name: str, act: Callable[..., Any], *arguments: object) -> None:
    """Call this in the loop, instead of what the signal did before."""
    loop.add_signal_handler(signal.Signals[name], act, *arguments)


def release(loop: "AbstractEventLoop", name: str) -> None:
    """The signal does again what it does to any process."""
    loop.remove_signal_handler(signal.Signals[name])


def hangs_on_a_terminal() -> bool:
    """Whether SIGHUP means that our terminal went away: there is one, and nobody said `nohup`."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
