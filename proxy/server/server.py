"""A listening socket and its connections."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from functools import partial
from typing import Final, Protocol

from proxy.core.settings import LimitSettings
from proxy.runtime.descriptors import first_kept_back
from proxy.server.heads import HeadMemory
from proxy.server.protocol import GatewayProtocol
from proxy.server.refusal_log import RefusalLog
from proxy.server.request import Handler
from proxy.server.tls_door import TlsDoor

_BACKLOG: Final = 1024
"""So many new connections may wait in the kernel's queue."""
_AT_ONCE: Final = 1
"""So many asyncio takes from it before it looks after the others. Where no descriptor is left it tries them all, with
a traceback in the log for each (its `_accept_connection`), before it pauses for a second."""


class Guest(Protocol):
    """A connection that counts."""

    @property
    def descriptor(self) -> int:
        """The number of its socket's descriptor; -1 where it has none any more."""
        ...

    def idleness(self) -> tuple[bool, float]:
        """Whether nothing was ever asked on it, and for how many seconds it has been idle."""
        ...

    def idle_enough_seconds(self) -> float:
        """After how many idle seconds it makes room for another."""
        ...

    def make_room(self) -> None:
        """Close at once."""
        ...

    async def finish(self, seconds: float) -> None: ...


class GatewayServer:
    """All connections of one address, each served by `handler`."""

    def __init__(self, handler: Handler, limits: LimitSettings) -> None:
        self.handler = handler
        self.limits = limits
        self.heads = HeadMemory()
        self.refusals = RefusalLog(limits)
        self._connections: set[Guest] = set()
        self._kept_back = first_kept_back()
        self._listening: list[asyncio.Server] = []

    async def serve(self, listening: Iterable[socket.socket], tls: ssl.SSLContext | None = None) -> None:
        """Serve who comes in by these sockets. Raises OSError."""
        loop = asyncio.get_running_loop()
        enter = self._protocol if tls is None else partial(TlsDoor, self, tls, self._protocol)
        for one in listening:
            self._attend(await loop.create_server(enter, sock=one, backlog=_AT_ONCE))

    async def open_unix(self, path: str) -> None:
        """Listen on a Unix socket. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._attend(await loop.create_unix_server(self._protocol, path, backlog=_AT_ONCE))

    def _attend(self, listening: asyncio.Server) -> None:
        self._listening.append(listening)
        _lengthen_queue(listening)

    def stop_listening(self) -> None:
        """Take no new connection; those that stand go on."""
        while self._listening:
            self._listening.pop().close()

    async def close(self, seconds: float = 1.0) -> None:
        """Close everything, after waiting so long for requests under way."""
        self.stop_listening()
        await asyncio.gather(*(connection.finish(seconds) for connection in list(self._connections)))
        await asyncio.sleep(0)  # the transports call the protocols

    def admit(self, connection: Guest) -> bool:
        """Count a new connection; False if there are too many already, or too few descriptors left for the others.

        One that has asked for nothing for a while makes room, first one that never did: open connections that nobody
        uses lock nobody out.
        """
        if len(self._connections) >= self.limits.connections or connection.descriptor >= self._kept_back:
            idle = [
                (*one.idleness(), number, one)
                for number, one in enumerate(self._connections)
                if one.idleness()[1] >= one.idle_enough_seconds()
            ]
            if not idle:
                return False
            idlest = max(idle)[-1]
            self.forget(idlest)
            idlest.make_room()
        self._connections.add(connection)
        return True

    def forget(self, connection: Guest) -> None:
        self._connections.discard(connection)

    def _protocol(self) -> GatewayProtocol:
        return GatewayProtocol(self, asyncio.get_running_loop())


def _lengthen_queue(listening: asyncio.Server) -> None:
    """Listen again, which changes the queue's length alone (listen(2))."""
    for one in listening.sockets:
        with socket.fromfd(one.fileno(), one.family, one.type) as same:
            same.listen(_BACKLOG)
