"""A connection that is over is free at once, without the collector: a gateway that meets many does not grow."""

import asyncio
import gc
from collections.abc import Callable, Iterator

import pytest
import uvloop

from proxy.core.errors import RefusedError
from proxy.core.settings import LimitSettings
from proxy.server import ClientRequest, GatewayServer, Reply
from proxy.server.protocol import GatewayProtocol
from tests.server.opening import open_port

LIMITS = LimitSettings(head_seconds=0.2, body_seconds=0.2)
TIMES = 3
GOOD = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive() -> int:
    return sum(type(one) is GatewayProtocol for one in gc.get_objects())


async def answer(request: ClientRequest) -> None:
    try:
        body = await request.read_body(LIMITS)
    except RefusedError:
        body = b"refused"
    await request.answer(Reply(200, b"", body))


async def visit(port: int, octets: bytes, *, aborts: bool) -> None:
    """Send octets, take what comes for a moment, and go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(octets)
    try:
        async with asyncio.timeout(0.02):
            while await reader.read(1 << 16):
                pass
    except (TimeoutError, ConnectionError):
        pass
    if aborts:
        writer.transport.abort()
    else:
        writer.close()


async def left_alive(octets: bytes, *, aborts: bool) -> int:
    """How many connections are in memory after `TIMES` visits, beside those that were before."""
    server = GatewayServer(answer, LIMITS)
    port = await open_port(server)
    before = alive()
    for _ in range(TIMES):
        await visit(port, octets, aborts=aborts)
    for _ in range(100):
        await asyncio.sleep(0.02)
        if alive() == before:
            break
    left = alive() - before
    await server.close(0.2)
    return left


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("aborts", [False, True], ids=["ends", "aborts"])
@pytest.mark.parametrize(
    "octets",
    [b"", GOOD, POST, GOOD * 3, POST + GOOD, POST.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"), GOOD[:20],
     GOOD + GOOD[:20], b"GET /a HTTP/1.1\nHost: x\n\n"],
    ids=["nothing", "get", "post", "pipelined", "mixed", "close", "half a head", "one and a half", "bad"],
)  # fmt: skip
def test_who_went_is_not_kept(
    octets: bytes, *, aborts: bool, loop: Callable[[], asyncio.AbstractEventLoop], uncollected: None
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(left_alive(octets, aborts=aborts)) == 0
