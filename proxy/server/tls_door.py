"""A connection that is still shaking hands: it counts from its first octet, and ends when it takes too long.

`loop.create_server(ssl=...)` tells nobody of a connection before its handshake is done. Whoever opens hundreds and
says nothing would hold as many descriptors for a minute, and be in nobody's count.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Protocol, cast

from proxy.core.settings import LimitSettings
from proxy.server.transports import descriptor_of


class Doorkeeper(Protocol):
    """What a door needs of the server."""

    limits: LimitSettings

    def admit(self, connection: "TlsDoor") -> bool: ...

    def forget(self, connection: "TlsDoor") -> None: ...


class TlsDoor(asyncio.Protocol):
    """Shakes hands, and hands the connection over to the protocol that `serve` makes."""

    __slots__ = ("_context", "_early", "_keeper", "_serve", "_shaking", "_since", "_transport")

    def __init__(
        self, keeper: Doorkeeper, context: ssl.SSLContext, serve: Callable[[], asyncio.Protocol]
    ) -> None:
        self._keeper = keeper
        self._context = context
        self._serve = serve
        self._early = b""
        self._since = 0.0
        self._transport: asyncio.Transport | None = None
        self._shaking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        loop = asyncio.get_running_loop()
        self._transport = plain = cast("asyncio.Transport", transport)  # uvloop's is one by its methods alone
        self._since = loop.time()
        if self._keeper.admit(self):
            # at once: uvloop reads before a task's first step, and the client's greeting would be lost to us
            self._shaking = asyncio.Task(self._shake_hands(plain), loop=loop, eager_start=True)
        else:
            plain.abort()  # before the handshake there is no way to say why

    def data_received(self, data: bytes) -> None:
        """A request that came with the end of the handshake, before the connection was handed over."""
        self._early += data

    def connection_lost(self, exc: BaseException | None) -> None:
        self._keeper.forget(self)

    @property
    def descriptor(self) -> int:
        return descriptor_of(self._transport)

    def idleness(self) -> tuple[bool, float]:
        return True, asyncio.get_running_loop().time() - self._since

    def idle_enough_seconds(self) -> float:
        """It makes room at once: a handshake takes milliseconds, and the oldest one goes first."""
        return 0.0

    def make_room(self) -> None:
        if self._shaking is not None:
            self._shaking.cancel()
        if self._transport is not None:
            self._transport.abort()

    async def finish(self, seconds: float) -> None:
        self.make_room()

    async def _shake_hands(self, transport: asyncio.Transport) -> None:
        try:
            secure = await asyncio.get_running_loop().start_tls(
                transport,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=self._keeper.limits.head_seconds,
            )
        except OSError:  # TLS errors, time-outs and resets are all of this kind
            transport.abort()
            return
        finally:
            self._keeper.forget(self)
        if secure is None or secure.is_closing():
            return
        protocol = self._serve()
        secure.set_protocol(protocol)
        protocol.connection_made(secure)
        if self._early:
            protocol.data_received(self._early)
