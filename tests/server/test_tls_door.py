"""Connections that are still shaking hands."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from harness.authority import Authority
from proxy.core.settings import LimitSettings
from proxy.server import ClientRequest, GatewayServer, Reply
from proxy.server.listener import server_tls
from tests.server.opening import open_port

LIMITS = msgspec.structs.replace(LimitSettings(), connections=8, head_seconds=0.5)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[tuple[int, ssl.SSLContext, GatewayServer]]:
    authority = Authority(tmp_path)
    pair = authority.issue()
    pair.chmod(0o600)
    client = ssl.create_default_context(cafile=str(authority.file))

    async def handle(request: ClientRequest) -> None:
        await request.answer(Reply(200, b"", await request.read_body(LIMITS) or b"served"))

    server = GatewayServer(handle, LIMITS)
    port = await open_port(server, server_tls(str(pair), str(pair)))
    yield port, client, server
    await server.close(0.2)


async def ask(
    port: int, client: ssl.SSLContext, octets: bytes = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="127.0.0.1")
    writer.write(octets)
    got = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.close()
    return got


async def test_requests_are_served_over_tls(door: tuple[int, ssl.SSLContext, GatewayServer]) -> None:
    port, client, _ = door
    for _ in range(3):
        assert (await ask(port, client)).startswith(b"HTTP/1.1 200")
    large = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50_000
    assert b"Content-Length: 50000" in await ask(port, client, large)


async def test_silent_handshakes_lock_nobody_out_and_are_bounded(
    door: tuple[int, ssl.SSLContext, GatewayServer],
) -> None:
    port, client, server = door
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(50)]
    assert (await asyncio.wait_for(ask(port, client), 1)).startswith(b"HTTP/1.1 200")
    assert len(server._connections) <= LIMITS.connections
    ends = await asyncio.wait_for(
        asyncio.gather(*(reader.read() for reader, _ in silent), return_exceptions=True), 3
    )
    assert len(ends) == 50, "each ends by the deadline for heads at the latest"
    assert server._connections == set()
    for _, writer in silent:
        writer.close()


async def test_what_is_no_handshake_ends_the_connection(
    door: tuple[int, ssl.SSLContext, GatewayServer],
) -> None:
    port, client, _ = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" not in await asyncio.wait_for(reader.read(), 2)
    writer.close()
    assert (await ask(port, client)).startswith(b"HTTP/1.1 200")


async def test_doors_close_with_the_server(door: tuple[int, ssl.SSLContext, GatewayServer]) -> None:
    port, _, server = door
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(2):
        while not server._connections:
            await asyncio.sleep(0.01)
        await server.close(0.1)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    writer.close()
