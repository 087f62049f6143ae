"""Keep other processes of the same user from reading secrets out of this one.

Linux: a process that is not dumpable has its /proc/PID/mem and /proc/PID/environ closed to everyone but root,
cannot be attached to by ptrace, and leaves no core (prctl(2), PR_SET_DUMPABLE). Elsewhere only the core limit.
"""

import contextlib
import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def shield_process() -> bool:
    """No core dumps, not dumpable; call it before the first secret is read. Whether all of it took hold."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return False
    try:
        return int(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)) == 0
    except (OSError, AttributeError):
        return False
