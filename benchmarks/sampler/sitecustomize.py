"""Put on PYTHONPATH by benchmarks/where.py: samples its process by CPU time and writes at the end where it was.

SIGPROF comes after each millisecond of CPU time, user and system. Python's handler runs in the main thread at the next
byte code, so time in C counts for the Python function that called it, and the event loop's own time for what it calls next.
"""

import atexit
import collections
import json
import os
import signal
import sys
from types import FrameType
from typing import Final

_SECONDS: Final = 0.001
_counts: collections.Counter[str] = collections.Counter()


def _sample(_number: int, frame: FrameType | None) -> None:
    """Count the innermost module of ours; another one only where none of ours is on the stack."""
    innermost = ""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        innermost = innermost or name
        if name.startswith("proxy."):
            _counts[name] += 1
            return
        frame = frame.f_back
    _counts[innermost] += 1


def _tell() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    with open(os.environ["SAMPLES_FILE"], "w", encoding="ascii") as file:  # noqa: PTH123  # imports nothing more
        json.dump(_counts, file)


def _begin(_number: int, _frame: FrameType | None) -> None:
    _counts.clear()
    signal.setitimer(signal.ITIMER_PROF, _SECONDS, _SECONDS)


if "SAMPLES_FILE" in os.environ and "proxy" in sys.orig_argv:
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGVTALRM, _begin)  # from outside, once it is warm
    atexit.register(_tell)
