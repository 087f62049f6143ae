"""Runs the gateway and counts where it is by processor time; benchmarks/where.py starts it.

    python -m benchmarks.sampler FILE run ...      as `python -m proxy run ...`, and FILE has the counts at its end

SIGPROF comes after each millisecond of CPU time, user and system. Python's handler runs in the main thread at the next
byte code, so time in C counts for the Python function that called it, and the event loop's own time for what it calls next.
"""

import collections
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

from proxy.__main__ import main

_SECONDS: Final = 0.001
_counts: collections.Counter[str] = collections.Counter()


def _sample(_number: int, frame: FrameType | None) -> None:
    """Count the innermost module of ours; another one only where none of ours is on the stack."""
    innermost = ""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        innermost = innermost or name
        if name.startswith("proxy."):
            innermost = name
            break
        frame = frame.f_back
    _counts[innermost] += 1


def _begin(_number: int, _frame: FrameType | None) -> None:
    _counts.clear()
    signal.setitimer(signal.ITIMER_PROF, _SECONDS, _SECONDS)


def sampled(file: Path, arguments: list[str]) -> int:
    """The program's exit code. Counting begins with SIGVTALRM, from outside, once it is warm."""
    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGVTALRM, _begin)
    code = main(arguments)
    signal.setitimer(signal.ITIMER_PROF, 0)
    file.write_text(json.dumps(_counts))
    return code


if __name__ == "__main__":
    sys.exit(sampled(Path(sys.argv[1]), sys.argv[2:]))
