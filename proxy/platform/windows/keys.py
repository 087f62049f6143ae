"""Single keys, read from the console. Not tried by us."""

import contextlib
import msvcrt
import sys
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping
from typing import Final

assert sys.platform == "win32"  # so that mypy looks with the right library

_LOOK_SECONDS: Final = 0.05
_PREFIXES: Final = frozenset("\x00\xe0")
"""Begin what an arrow or function key sends: the octet behind is no key of ours."""

type Act = Callable[[], None]


class Keys:
    """Reads keys from the console and calls what they stand for, in the event loop."""

    def __init__(self, descriptor: int, loop: AbstractEventLoop, acts: Mapping[str, Act]) -> None:
        """`acts` by key. The console is one for the process, whatever the descriptor."""
        self._loop = loop
        self._acts = acts
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read no more. May be called again."""
        self._closed.set()
        self._thread.join(_LOOK_SECONDS * 4)

    def _run(self) -> None:
        while not self._closed.is_set():
            if not msvcrt.kbhit():
                time.sleep(_LOOK_SECONDS)
                continue
            key = msvcrt.getwch()
            if key in _PREFIXES:
                msvcrt.getwch()
            elif act := self._acts.get(key):
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(act)
