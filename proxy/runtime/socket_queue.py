"""What of a connection lies in the kernel: not received by the other side yet, or not read by us."""

import fcntl
import sys
import termios
from typing import Final

_COUNT: Final = bytearray(4)
"""Written by the kernel. One for all: the event loop asks for one connection at a time."""


def unacknowledged(descriptor: int) -> int:
    """Octets that were handed to the kernel and that the other side has not acknowledged: `SIOCOUTQ` of tcp(7).

    An answer brings the acknowledgement of what it answers. TLS makes more octets than it is given, and these count.
    0 where the kernel does not tell, as on macOS.
    """
    return _asked(descriptor, termios.TIOCOUTQ)


def unread(descriptor: int) -> int:
    """Octets that have come and were not read yet: `SIOCINQ` of tcp(7). 0 where the kernel does not tell."""
    return _asked(descriptor, termios.FIONREAD)


def _asked(descriptor: int, question: int) -> int:
    try:
        fcntl.ioctl(descriptor, question, _COUNT)
    except OSError:
        return 0
    return int.from_bytes(_COUNT, sys.byteorder)
