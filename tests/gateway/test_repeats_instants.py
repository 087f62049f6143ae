"""A repeat that comes in the very instant in which the client of the first gives up: placed once all the same.

Clients here are blocking sockets on the gateway's own event loop: what they do between two awaits, the gateway finds
done when it looks next.
"""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.authority import Authority
from proxy.server import ClientRequest, Reply
from tests.gateway.test_repeats import ORDER, PATH, House, house

type Run = Callable[[Coroutine[Any, Any, None]], None]
RUNS: tuple[Run, ...] = (asyncio.run, pytest.importorskip("uvloop").run)
"""On uvloop too, which `run` uses where it is installed: its TLS is other code."""
KEPT, CLOSED = "", "Connection: close\r\n"
MOMENT = 0.05
"""Seconds after which whatever was under way on loopback has happened."""


def octets(line: str = KEPT) -> bytes:
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{line}Content-Length: {len(ORDER)}\r\n\r\n"
    return (head + ORDER).encode()


def connect(at: House) -> socket.socket:
    address = urlsplit(at.running.url)
    return socket.create_connection((address.hostname, address.port))


async def answer(client: socket.socket) -> tuple[int, Any]:
    """Status and body of the answer to come."""
    client.setblocking(False)
    async with asyncio.timeout(5):
        head, _, body = (await asyncio.get_running_loop().sock_recv(client, 65536)).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def named_once(at: House, got: tuple[int, Any]) -> bool:
    """Whether the exchange has one order, and that is the one that was named."""
    return (
        got[0] == 409
        and got[1]["error"] == "repeat_of_executed"
        and list(at.sandbox.account().orders) == [got[1]["order"]["orderId"]]
    )


@pytest.mark.parametrize("line", [KEPT, CLOSED])
async def test_an_end_that_crosses_the_answer(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not there when the gateway looked, and had come when the answer was written."""
    write, clients = ClientRequest.answer, list[socket.socket]()

    async def write_after_the_end(request: ClientRequest, reply: Reply) -> None:
        while clients:
            clients.pop().close()
        await write(request, reply)

    monkeypatch.setattr(ClientRequest, "answer", write_after_the_end)
    async with house(tmp_path) as at:
        clients.append(connect(at))
        clients[0].sendall(octets(line))
        await at.until(lambda: not clients)
        await asyncio.sleep(MOMENT)
        with connect(at) as again:
            again.sendall(octets())
            assert named_once(at, await answer(again))


@pytest.mark.parametrize("line", [KEPT, CLOSED])
async def test_a_repeat_that_comes_with_the_end_of_the_first(line: str, tmp_path: Path) -> None:
    """A client with several connections goes on on another; the event loop finds both at once."""
    async with house(tmp_path) as at:
        with connect(at) as again, connect(at) as first:
            await asyncio.sleep(MOMENT)
            first.sendall(octets(line))
            await at.until(lambda: at.book and at.running.pipeline.slots.busy == 0)
            await asyncio.sleep(MOMENT)
            first.close()
            again.sendall(octets())
            assert named_once(at, await answer(again))


async def test_a_repeat_that_overtakes_the_first(tmp_path: Path) -> None:
    """Its connection stood already; that of the first was taken after it, and its client had gone by then."""
    async with house(tmp_path) as at:
        with connect(at) as again:
            await asyncio.sleep(MOMENT)
            with connect(at) as first:
                first.sendall(octets())
            again.sendall(octets())
            await answer(again)
            await asyncio.sleep(MOMENT)
            assert len(at.book) == 1


@asynccontextmanager
async def house_with_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[House, ssl.SSLContext]]:
    authority = Authority(tmp_path)
    pair = authority.issue()
    pair.chmod(0o600)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with house(tmp_path, tls_certificate_file=str(pair), tls_key_file=str(pair)) as at:
        yield at, ssl.create_default_context(cafile=str(authority.file))


def send_by_tls(at: House, context: ssl.SSLContext, line: str) -> ssl.SSLSocket:
    """In a thread: it shakes hands."""
    client = context.wrap_socket(connect(at), server_hostname="127.0.0.1")
    client.sendall(octets(line))
    return client


def order_by_tls(at: House, context: ssl.SSLContext, line: str) -> tuple[int, Any]:
    """In a thread, as a client that closes as soon as it has its answer."""
    with send_by_tls(at, context, line) as client:
        got = b""
        while not got.endswith(b"}"):
            got += client.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("line", [KEPT, CLOSED])
def test_an_answer_that_was_taken_over_tls(
    line: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The closing alert, which no client waits for, is none of it."""

    async def scene() -> None:
        async with house_with_tls(tmp_path, monkeypatch) as (at, context):
            for _ in range(3):
                got = await asyncio.to_thread(order_by_tls, at, context, line)
                assert got[0] == 200, got
            assert len(at.book) == 3

    run(scene())


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("line", [KEPT, CLOSED])
def test_an_answer_that_was_not_taken_over_tls(
    line: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with house_with_tls(tmp_path, monkeypatch) as (at, context):
            first = await asyncio.to_thread(send_by_tls, at, context, line)
            await at.until(lambda: at.book and at.running.pipeline.slots.busy == 0)
            first.close()
            assert named_once(at, await asyncio.to_thread(order_by_tls, at, context, line))

    run(scene())


async def test_who_reads_until_the_end_over_tls_does_not_wait_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house_with_tls(tmp_path, monkeypatch) as (at, context):
        address = urlsplit(at.running.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, ssl=context)
        writer.write(octets(CLOSED))
        async with asyncio.timeout(0.9):
            assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
