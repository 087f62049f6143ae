"""Sockets: the kernel tells little of what lies in it, and nothing of who is at the other end."""

import errno
import os
import select
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

assert sys.platform == "win32"  # so that mypy looks with the right library

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

UNIX = False
DESCRIPTORS_COUNT = False
"""They are handles: the numbers say nothing."""


def unacknowledged(descriptor: int) -> int:
    return 0


def unread(descriptor: int) -> int:
    return 0


def watch(descriptor: int) -> Callable[[int], object]:
    def came(seconds: int) -> object:
        return select.select([descriptor], [], [], seconds)[0]

    return came


def peer_closed(descriptor: int) -> bool:
    return False


def peer_uid(connection: Any) -> int | None:
    return None


def is_served(path: str) -> bool:
    return False


async def connect_unix(path: str) -> "tuple[StreamReader, StreamWriter]":
    raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))


def claim(taken: socket.socket) -> None:
    """Without this another program could take the same port (SO_REUSEADDR means that here)."""
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
