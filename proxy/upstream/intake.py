"""Octets from a transport into a connection, through one buffer that is made once.

Asked for octets the ordinary way, uvloop's TLS makes a bytes object of 256 KiB for each read and gives nearly all of
it back to the system: three system calls and a fresh page for every answer. A `BufferedProtocol` brings its own.
"""

import asyncio
from typing import Final

from proxy.upstream.connection import Connection

_BUFFER: Final = memoryview(bytearray(64 * 1024))
"""One for all: an event loop reads for one connection at a time, and what came is copied out at once."""


class Intake(asyncio.BufferedProtocol):
    """Stands between a transport and a connection; for the transport it is the protocol."""

    __slots__ = ("_take", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._take = connection.data_received

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.connection.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connection.connection_lost(exc)

    def pause_writing(self) -> None:
        self.connection.pause_writing()

    def resume_writing(self) -> None:
        self.connection.resume_writing()

    def eof_received(self) -> None:
        self.connection.eof_received()

    def get_buffer(self, sizehint: int) -> memoryview:
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        self._take(_BUFFER[:nbytes].tobytes())
