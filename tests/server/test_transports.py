"""Descriptors of connections, and who gets none of the last ones."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from proxy.core.settings import LimitSettings
from proxy.server import ClientRequest, GatewayServer, Reply
from proxy.server.transports import descriptor_of
from tests.server.opening import open_port

ASKED = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def door() -> AsyncIterator[tuple[GatewayServer, int]]:
    async def handle(request: ClientRequest) -> None:
        await request.answer(Reply(200, b"", b"served"))

    server = GatewayServer(handle, LimitSettings())
    yield server, await open_port(server)
    await server.close(0.2)


async def test_a_transport_has_the_number_of_its_socket(door: tuple[GatewayServer, int]) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door[1])
    assert descriptor_of(writer.transport) == writer.get_extra_info("socket").fileno()
    assert descriptor_of(writer.transport) > 2
    assert descriptor_of(None) == -1
    writer.close()


async def test_who_got_one_of_the_last_descriptors_is_told_so(door: tuple[GatewayServer, int]) -> None:
    server, port = door
    first, held = await asyncio.open_connection("127.0.0.1", port)
    held.write(ASKED)
    assert (await first.readuntil(b"served")).startswith(b"HTTP/1.1 200")
    server._kept_back = max(one.descriptor for one in server._connections) + 1
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ASKED)
    refused = await asyncio.wait_for(reader.read(), 5)
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"overloaded" in refused.partition(b"\r\n\r\n")[2]
    held.write(ASKED)  # who was there goes on
    assert b"served" in await first.readuntil(b"served")
    writer.close()
    held.close()


async def test_who_asks_for_nothing_makes_room_where_descriptors_are_few(
    door: tuple[GatewayServer, int],
) -> None:
    server, port = door
    silent = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.3)
    server._kept_back = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ASKED)
    assert (await asyncio.wait_for(reader.readuntil(b"served"), 5)).startswith(b"HTTP/1.1 200")
    assert await asyncio.wait_for(silent[0].read(), 5) == b""
    writer.close()
    silent[1].close()
