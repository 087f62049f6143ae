"""Standard input, output and errors of a process that was started without them (`signing-proxy run >&- 2>&-`).

The next file or socket that is opened takes the number of one that is closed. Then whatever is printed goes into a
socket or a journal, and the event loop ends the process when it closes such a socket (libuv: `fd > STDERR_FILENO`).
"""

import os
import sys
from typing import Final

_STREAMS: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
"""Name and mode by descriptor (POSIX: `STDIN_FILENO` and its like)."""


def open_missing_streams() -> None:
    """Lead those that are closed to nowhere. To be called before anything else is opened."""
    for number, (name, mode) in enumerate(_STREAMS):
        if not _is_open(number):
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
        if getattr(sys, name) is None:  # what Python makes of one that is closed
            stream = os.fdopen(number, mode, encoding="utf-8", errors="replace", closefd=False)
            setattr(sys, name, stream)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
