"""The process and the machine under it: limits, memory, clocks."""

import contextlib
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from mmap import PAGESIZE
from pathlib import Path
from types import FrameType
from typing import Final

assert sys.platform != "win32"  # so that mypy looks with the right library

_STATM: Final = Path("/proc/self/statm")
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_PR_SET_DUMPABLE: Final = 4

steady: Final = partial(time.clock_gettime, getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
"""Seconds; never steps and goes on while the machine sleeps."""


def raise_descriptor_limit() -> int | None:
    """Lift the soft limit to the hard one; the descriptors that this process may have (getrlimit(2)), None where
    there is no bound."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):  # a system that promises more than it gives (macOS)
            return _counted(soft)
    return _counted(hard)


def descriptor_limit() -> int | None:
    return _counted(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _counted(limit: int) -> int | None:
    return None if limit == resource.RLIM_INFINITY else limit


def shield() -> bool:
    """No core dumps, and on Linux not dumpable (prctl(2)). Whether all of it took hold."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  # short commands import none

        with contextlib.suppress(OSError, AttributeError):
            return int(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)) == 0
    return False


def boot_id() -> str:
    """Names this run of the machine, on Linux; "" elsewhere."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def resident_octets() -> int | None:
    """What the process holds of the machine's memory (proc_pid_statm(5)); None where the system does not tell."""
    try:
        return int(_STATM.read_bytes().split()[1]) * PAGESIZE
    except OSError:
        return None


def malloc_trim() -> Callable[[int], int] | None:
    """`malloc_trim(3)`, where the C library has it."""
    import ctypes  # noqa: PLC0415  # as above

    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim


@contextlib.contextmanager
def alarm(seconds: float, error: type[Exception]) -> Iterator[None]:
    """Raises `error` inside the block after so long; in the main thread only, elsewhere there is no bound."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise error

    handler = signal.signal(signal.SIGALRM, over)
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)


@contextlib.contextmanager
def memory_bound(octets: int) -> Iterator[None]:
    """So much memory more than the process has now (getrlimit(2), RLIMIT_AS), else MemoryError; on Linux only."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        now = int(_STATM.read_bytes().split()[0]) * PAGESIZE
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
