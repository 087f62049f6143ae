"""A port of loopback for a server under test."""

import ssl

from proxy.config.addresses import Address
from proxy.server import GatewayServer
from proxy.server.ports import take


async def open_port(server: GatewayServer, tls: ssl.SSLContext | None = None) -> int:
    """The number of a free one, which the server serves from now on."""
    taken = take(Address("127.0.0.1", 0))
    await server.serve(taken.sockets, tls)
    return taken.port
