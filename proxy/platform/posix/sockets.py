"""Sockets: what lies in the kernel, who is at the other end, and ports that are taken whole."""

import fcntl
import select
import socket
import struct
import sys
import termios
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

assert sys.platform != "win32"  # so that mypy looks with the right library

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

UNIX: Final = True
"""Whether there are sockets with a path."""
DESCRIPTORS_COUNT: Final = True
"""Whether the number of a socket's descriptor says how many are taken: the lowest that is free (open(2))."""

_COUNT: Final = bytearray(4)
"""Written by the kernel. One for all: the event loop asks for one connection at a time."""
_HANG_UP: Final[int] = getattr(select, "POLLRDHUP", 0)  # poll(2); not on macOS


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


def watch(descriptor: int) -> Callable[[int], object]:
    """Asked with 0, something true if anything came on this connection, or its end, that was not read yet."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | _HANG_UP)
    return poll.poll


def peer_closed(descriptor: int) -> bool:
    """Whether the other end has closed, though octets or the end itself were not read yet. Without POLLRDHUP only
    what the event loop sees is known."""
    if not _HANG_UP:
        return False
    poll = select.poll()
    poll.register(descriptor, _HANG_UP)
    return bool(poll.poll(0))


def peer_uid(connection: Any) -> int | None:
    """The user at the other end of a Unix socket; None where the system cannot tell, and the mode must do."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return None
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i")))
    return int(uid)


def is_served(path: str) -> bool:
    """Whether somebody listens on this Unix socket. Raises OSError."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return False
    return True


async def connect_unix(path: str) -> "tuple[StreamReader, StreamWriter]":
    """Raises OSError."""
    from asyncio import open_unix_connection  # noqa: PLC0415  # short commands import no asyncio

    return await open_unix_connection(path)


def claim(taken: socket.socket) -> None:
    """Before a socket is bound: a port whose last connections are still ending can be had again at once, and one that
    somebody listens on cannot (socket(7), SO_REUSEADDR)."""
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
