"""The process and the machine under it: nothing is bounded, shielded or given back."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final

steady: Final = time.monotonic
"""It goes on while the machine sleeps (GetTickCount64, QueryPerformanceCounter)."""


def raise_descriptor_limit() -> int | None:
    return None


def descriptor_limit() -> int | None:
    return None


def shield() -> bool:
    return False


def boot_id() -> str:
    return ""


def resident_octets() -> int | None:
    return None


def malloc_trim() -> Callable[[int], int] | None:
    return None


@contextlib.contextmanager
def alarm(seconds: float, error: type[Exception]) -> Iterator[None]:
    """There is none: Ctrl-C ends what takes too long."""
    yield


@contextlib.contextmanager
def memory_bound(octets: int) -> Iterator[None]:
    """There is none."""
    yield
