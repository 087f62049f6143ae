"""The terminal: typing that is not shown."""

import contextlib
import os
import sys
import termios
from collections.abc import Iterator

assert sys.platform != "win32"  # so that mypy looks with the right library

HIDES_TYPING = True
"""Whether `unseen` hides anything; else `getpass` does, and drops what was typed ahead."""


def is_ours(descriptor: int) -> bool:
    """Whether our process group is in the foreground of this terminal."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False


@contextlib.contextmanager
def unseen(descriptor: int) -> Iterator[None]:
    """Nothing typed on this terminal is shown in this block. What was typed ahead is kept."""
    before = termios.tcgetattr(descriptor)
    quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(descriptor, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
