"""Ctrl-C, Ctrl-Break, and what the C library calls SIGTERM. The loop is woken by asyncio (`set_wakeup_fd`)."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

ENDING: Final = ("SIGTERM", "SIGINT", "SIGBREAK")


def interrupting() -> list[signal.Signals]:
    return [signal.Signals[name] for name in ENDING if hasattr(signal, name)]


def catch(loop: "AbstractEventLoop", name: str, act: Callable[..., Any], *arguments: object) -> None:
    """Not by `loop.add_signal_handler`, which no loop has here."""
    number = getattr(signal, name, None)
    if number is not None:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(act, *arguments))


def release(loop: "AbstractEventLoop", name: str) -> None:
    number = getattr(signal, name, None)
    if number is not None:
        signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


def hangs_on_a_terminal() -> bool:
    """A console that is closed ends the process; no signal says so."""
    return False
