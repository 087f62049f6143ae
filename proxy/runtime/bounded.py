"""Work on what somebody else wrote, within bounds of time and memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from proxy.core.errors import UsageError
from proxy.platform import process

MOST_SECONDS: Final = 60.0
MOST_OCTETS: Final = 1024 * 1024 * 1024


class _TooLongError(Exception):
    """Not a TimeoutError: that is an OSError, and whoever reads files expects those."""


@contextmanager
def bounded(hint: str, seconds: float = MOST_SECONDS, octets: int = MOST_OCTETS) -> Iterator[None]:
    """This block may take so long, and so much memory more than the process has now. `hint`: how to ask for less.

    Raises UsageError beyond. The time is bounded in the main thread only, memory on Linux only; on
    Windows neither is.
    """
    try:
        with process.alarm(seconds, _TooLongError), process.memory_bound(octets):
            yield
    except _TooLongError:
        raise UsageError(f"this takes longer than {seconds:g} seconds", hint) from None
    except MemoryError:
        raise UsageError(f"this takes more than {octets // 1024**2} MiB of memory", hint) from None
