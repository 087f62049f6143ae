"""Work on what somebody else wrote, within bounds of time and memory."""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from proxy.core.errors import UsageError

_STATM: Final = Path("/proc/self/statm")
MOST_SECONDS: Final = 60.0
MOST_OCTETS: Final = 1024 * 1024 * 1024


class _TooLongError(Exception):
    """Not a TimeoutError: that is an OSError, and whoever reads files expects those."""


@contextmanager
def bounded(hint: str, seconds: float = MOST_SECONDS, octets: int = MOST_OCTETS) -> Iterator[None]:
    """This block may take so long, and so much memory more than the process has now. `hint`: how to ask for less.

    Raises UsageError beyond. The time is bounded in the main thread only, memory on Linux only (getrlimit(2),
    RLIMIT_AS).
    """
    try:
        with _within(seconds), _with_memory(octets):
            yield
    except _TooLongError:
        raise UsageError(f"this takes longer than {seconds:g} seconds", hint) from None
    except MemoryError:
        raise UsageError(f"this takes more than {octets // 1024**2} MiB of memory", hint) from None


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGALRM, _over)
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)


def _over(_number: int, _frame: FrameType | None) -> None:
    raise _TooLongError


@contextmanager
def _with_memory(octets: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        now = int(_STATM.read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        yield
        return
    most = now + octets
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
