"""TCP ports, taken before anybody is served: of one address, or of both loopback addresses under one number.

`localhost` is ::1 to some clients, 127.0.0.1 to others, and both in turn to the rest. Whoever has only one of them
leaves the other to any program of this machine, which is then sent what was meant for the gateway.
"""

import errno
import socket
from typing import Final

import msgspec

from proxy.config.addresses import LOOPBACKS, Address
from proxy.platform import sockets

_BACKLOG: Final = 1024
"""So many new connections may wait in the kernel's queue."""
_TRIES: Final = 8
"""For a free number that is free on both addresses."""
_NOT_HERE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
"""What machines without IPv6, or with it switched off, say of ::1."""


class Taken(msgspec.Struct, frozen=True):
    """Listening sockets of one port. `not_ours`: the loopback address that somebody else has at this port, or ""."""

    sockets: list[socket.socket]
    port: int
    not_ours: str = ""


def take(where: Address) -> Taken:
    """Listen, so that connections wait until somebody serves them. Raises OSError."""
    if where.host != "localhost":
        one = _listening(where.host, where.port)
        return Taken([one], one.getsockname()[1])
    for _ in range(_TRIES - 1):
        taken = _take_both(where.port)
        if not taken.not_ours or where.port:
            return taken
        taken.sockets[0].close()
    return _take_both(where.port)


def _take_both(port: int) -> Taken:
    v4, v6 = LOOPBACKS
    first = _listening(v4, port)
    number = first.getsockname()[1]
    try:
        return Taken([first, _listening(v6, number)], number)
    except OSError as error:
        return Taken([first], number, "" if error.errno in _NOT_HERE else v6)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        sockets.claim(made)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made
