"""A read goes to another host when no connection can be made; nothing else does."""

import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.app import build
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, ALTERNATE_BASES, ENVIRONMENTS, PrefixFamily
from proxy.core.errors import Execution, UpstreamError
from proxy.core.settings import UpstreamSettings
from proxy.upstream.dial import Dialer
from proxy.upstream.response import UpstreamResponse
from proxy.upstream.sender import Sender
from proxy.upstream.tls import tls_context
from tests.support.gateway import gateway
from tests.support.raw_client import ask
from tests.upstream.scripted import OK, Upstream, answers, hangs_up, says_nothing, upstream

POST = b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1"


def get(base: str) -> bytes:
    return f"GET /api/v3/account HTTP/1.1\r\nHost: {base.partition('://')[2]}\r\n\r\n".encode()


def free_base() -> str:
    """A base on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def black_hole() -> Iterator[str]:
    """A base whose connections are never taken: its queue is full, so the kernel drops every SYN."""
    with socket.socket() as server, Queue() as queue:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            queue.connect(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class Queue:
    """Sockets that are closed at the end."""

    def __enter__(self) -> "Queue":
        self._sockets: list[socket.socket] = []
        return self

    def connect(self, address: tuple[str, int]) -> None:
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(address)
        self._sockets.append(client)

    def __exit__(self, *_: object) -> None:
        for client in self._sockets:
            client.close()


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.moved = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.moved


class House:
    """A sender whose first base has others to stand in for it."""

    def __init__(self, first: str, *others: str, connect_seconds: float = 5.0) -> None:
        self.first = first
        self.hand = Hand()
        dialer = Dialer(context=tls_context(), unsafe=True, connect_seconds=connect_seconds)
        settings = UpstreamSettings(connect_seconds=connect_seconds)
        self.sender = Sender(dialer, settings, self.hand, {first: others})

    async def read(self) -> UpstreamResponse:
        answer = await self.sender.send(
            self.first, get(self.first), repeatable=True, again=get, failover=True
        )
        assert await answer.read_small(100) == b"{}"
        return answer

    async def write(self) -> UpstreamResponse:
        return await self.sender.send(
            self.first, POST, repeatable=False, again=lambda _: POST, failover=False
        )


@asynccontextmanager
async def two_others(first: str, **settings: float) -> AsyncIterator[tuple[House, Upstream, Upstream]]:
    async with AsyncExitStack() as stack:
        second, third = [await stack.enter_async_context(upstream()) for _ in range(2)]
        house = House(first, second.base, third.base, **settings)
        yield house, second, third
        await house.sender.close()


async def test_a_read_goes_to_the_next_host_made_anew_for_it() -> None:
    async with two_others(free_base()) as (house, second, third):
        answer = await house.read()
        assert (answer.base, answer.attempts, answer.reused) == (second.base, 1, False)
    assert second.requests == [get(second.base)], "the Host header names who is spoken to"
    assert third.requests == []


async def test_a_write_never_goes_elsewhere() -> None:
    async with two_others(free_base()) as (house, second, third):
        with pytest.raises(UpstreamError) as caught:
            await house.write()
        assert caught.value.refusal.execution is Execution.NOT_SENT
    assert second.requests + third.requests == []


async def test_the_failure_is_remembered_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.upstream.pool.LONGEST_REST_SECONDS", 0.0)
    async with two_others(free_base()) as (house, second, _):
        for _ in range(3):
            await house.read()
        assert house.sender.unreached[house.first] == 1
        house.hand.moved += 31
        await house.read()
        assert house.sender.unreached[house.first] == 2
    assert (second.connections, len(second.requests)) == (1, 4), (
        "and the connection to the other host is kept"
    )


async def test_a_host_that_came_back_is_used_again() -> None:
    async with upstream() as script:
        first = script.base
    async with two_others(first) as (house, second, _):
        assert (await house.read()).base == second.base
        port = int(first.rpartition(":")[2])

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(4096):
                writer.write(OK)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", port):
            house.sender.keep_home([first])
            await house.sender.tend(first)  # tends to it all the time, not only when somebody asks
            assert (await house.read()).base == first
            await house.sender.close()


async def test_a_host_that_swallows_connections_costs_two_seconds_at_most() -> None:
    with black_hole() as first:
        async with two_others(first) as (house, second, _):
            started = time.monotonic()
            assert (await house.read()).base == second.base
            assert 1.5 < time.monotonic() - started < 3.0
            started = time.monotonic()
            await house.read()
            assert time.monotonic() - started < 0.5


async def test_all_hosts_together_keep_the_budget() -> None:
    with black_hole() as first, black_hole() as second, black_hole() as third:
        house = House(first, second, third, connect_seconds=0.6)
        started = time.monotonic()
        with pytest.raises(UpstreamError) as caught:
            await house.read()
        assert 0.5 < time.monotonic() - started < 1.0
        assert caught.value.refusal.execution is Execution.NOT_SENT


async def test_an_error_answer_stays_with_the_host_that_gave_it() -> None:
    busy = answers(OK.replace(b"200 OK", b"503 Busy"))
    async with upstream(busy) as script, two_others(script.base) as (house, second, third):
        assert (await house.read()).status == 503
        assert len(script.requests) == 1
    assert second.requests + third.requests == []


async def test_a_request_that_reached_a_host_goes_to_no_other() -> None:
    async with upstream(hangs_up) as script, two_others(script.base) as (house, second, third):
        with pytest.raises(UpstreamError) as caught:
            await house.read()
        assert caught.value.refusal.execution is Execution.UNKNOWN
        assert len(script.requests) == 1
    assert second.requests + third.requests == []


async def test_silence_of_a_host_is_no_reason() -> None:
    async with upstream(says_nothing) as script, two_others(script.base) as (house, second, _):
        reading = asyncio.create_task(house.read())
        await asyncio.sleep(0.2)
        reading.cancel()
        await asyncio.wait([reading])
    assert second.requests == []


async def test_a_certificate_that_does_not_verify_is_no_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Authority(tmp_path), Authority(tmp_path, "other authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    context: ssl.SSLContext = other.context()
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        first = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with two_others(first) as (house, second, _):
            with pytest.raises(UpstreamError) as caught:
                await house.read()
    assert caught.value.refusal.token == "upstream_tls"
    assert second.requests == []


def request(method: str, target: str) -> bytes:
    length = "Content-Length: 0\r\n" if method == "POST" else ""
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n".encode()


async def test_through_the_gateway_the_journal_names_who_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = free_base()
    async with upstream(answers(OK)) as second:
        monkeypatch.setattr(build, "ALTERNATE_BASES", {first: (second.base,)})
        async with gateway(first, tmp_path / "journal") as running:
            read = await ask(running.url, request("GET", "/api/v3/account"))
            wallet = await ask(running.url, request("GET", "/sapi/v1/account/status"))
            query = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
            write = await ask(running.url, request("POST", f"/api/v3/order?{query}"))
            answered = dict(running.pipeline.dispatcher.sender.answered)
    assert [read.status, wallet.status, write.status] == [200, 502, 502]
    assert write.header("X-Gateway-Execution") == "not_sent"
    assert set(answered) == {second.base}
    there = second.base.partition("://")[2]
    account = [octets for octets in second.requests if b"/api/v3/account" in octets]
    assert len(account) == 1
    assert f"Host: {there}".encode() in account[0]
    assert account[0].count(b"signature=") == account[0].count(b"timestamp=") == 1
    lines = b"".join(file.read_bytes() for file in (tmp_path / "journal").glob("flows-*")).splitlines()
    flows = {line["url.path"]: line for line in map(json.loads, lines) if line["type"] == "flow"}
    assert flows["/api/v3/account"]["server.address"] == there
    assert flows["/api/v3/order"]["server.address"] == first.partition("://")[2]


def test_the_alternates_are_hosts_a_key_may_go_to_and_serve_spot_only() -> None:
    bases = {base for environment in ENVIRONMENTS.values() for base in environment.bases.values()}
    for base, others in ALTERNATE_BASES.items():
        assert base == ENVIRONMENTS["production"].base_for(PrefixFamily.API)
        assert {one.removeprefix("https://") for one in others} <= ALLOWED_UPSTREAM_HOSTS
        assert not bases & set(others), "nothing is sent there in the first place"
