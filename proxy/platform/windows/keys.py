"""Single keys of the console. Nothing is switched for them, so nothing has to be given back."""

import msvcrt
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping
from typing import Final

assert sys.platform == "win32"  # so that mypy looks with the right library

_LOOK_SECONDS: Final = 0.1


class Keys:
    """Calls what keys stand for, in the event loop. `acts` by key; the descriptor says nothing here."""

    def __init__(
        self, descriptor: int, loop: AbstractEventLoop, acts: Mapping[str, Callable[[], None]]
    ) -> None:
        self._loop = loop
        self._acts = acts
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read no more. May be called again."""
        self._closed.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            typed = _waiting()  # an arrow key is two, a paste is many: neither is meant
            if len(typed) == 1 and (act := self._acts.get(typed)):
                self._loop.call_soon_threadsafe(act)


def _waiting() -> str:
    """What was typed and not read yet; nothing of it is shown."""
    typed = ""
    while msvcrt.kbhit():
        typed += msvcrt.getwch()
    return typed
