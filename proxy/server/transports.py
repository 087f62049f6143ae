"""What is asked of a transport, of asyncio or of uvloop."""

import asyncio


def descriptor_of(transport: asyncio.BaseTransport | None) -> int:
    """The number of its socket's descriptor; -1 where it has none any more."""
    socket = transport.get_extra_info("socket") if transport is not None else None
    return int(socket.fileno()) if socket is not None else -1
