"""size-06 to size-10: slow clients, many clients, large and inflating answers."""

import asyncio
import contextlib
import gzip
import time
from pathlib import Path
from typing import Any

import pytest

from harness.gateway import GatewayProcess
from harness.usage import memory_kib
from tests.hostile.scenes import answers, request, scene
from tests.support.raw_client import read_answer
from tests.support.recording_upstream import recording_upstream

SLOW: dict[str, Any] = {"limits": {"head_seconds": 0.5, "body_seconds": 0.5}}


async def trickle(url: str, begin: bytes, octets: bytes, pause: float) -> tuple[bytes, float]:
    """One octet at a time until the other side has had enough; its answer and the seconds it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    began = time.monotonic()
    writer.write(begin)

    async def drip() -> None:
        for octet in octets:
            await asyncio.sleep(pause)
            writer.write(bytes([octet]))

    dripping = asyncio.create_task(drip())
    try:
        async with asyncio.timeout(10):
            return await until_closed(reader), time.monotonic() - began
    finally:
        dripping.cancel()
        writer.close()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """What came before the end, or before the reset that an octet gets which is sent after the end."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := await reader.read(65_536):
            got += chunk
    return got


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET /api/v3/account HTTP/1.1\r\nHost: localhost\r\nX: "],
    ids=["from the first octet", "in the headers"],
)
async def test_size_06_headers_that_trickle_end_at_the_deadline(begin: bytes, tmp_path: Path) -> None:
    async with scene(tmp_path, **SLOW) as here:
        octets = b"GET /api/v3/account HTTP/1.1\r\nHost: localhost\r\n" * 10
        answer, took = await trickle(here.gateway.url, begin, octets, 0.05)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")
    assert 0.4 < took < 2
    assert here.upstream.requests == []


async def test_size_06_a_second_request_on_a_connection_has_the_same_deadline(tmp_path: Path) -> None:
    async with scene(tmp_path, **SLOW) as here:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(here.gateway.url.rpartition(":")[2]))
        writer.write(request("GET", "/api/v3/account"))
        assert (await read_answer(reader)).status == 200
        writer.write(b"GET /api/v3/acc")
        began = time.monotonic()
        async with asyncio.timeout(5):
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 2
        writer.close()


async def test_size_06_the_start_of_a_pipelined_request_has_an_end_as_well(tmp_path: Path) -> None:
    """It arrives while the one before is being served: the next octet sets the deadline, or the idle limit ends it."""
    async with scene(tmp_path, limits={"head_seconds": 0.5, "idle_seconds": 1.0}) as here:
        for more in (b"o", b""):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", int(here.gateway.url.rpartition(":")[2])
            )
            writer.write(request("GET", "/api/v3/account") + b"GET /api/v3/acc")
            assert (await read_answer(reader)).status == 200
            writer.write(more)
            async with asyncio.timeout(5):
                answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 408 ") if more else answer == b""
            writer.close()


async def test_size_07_a_body_that_trickles_ends_at_the_deadline(tmp_path: Path) -> None:
    async with scene(tmp_path, **SLOW) as here:
        head = b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
        answer, took = await trickle(here.gateway.url, head, b"a=1&" * 100, 0.05)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"X-Gateway-Error: request_timeout" in answer
    assert took < 3
    assert here.upstream.requests == []


def test_size_06_07_the_deadlines_are_ten_seconds() -> None:
    from proxy.core.settings import LimitSettings

    limits = LimitSettings()
    assert (limits.head_seconds, limits.body_seconds, limits.write_seconds) == (10.0, 10.0, 15.0)
    assert (limits.connections, limits.in_flight) == (512, 256)


@pytest.mark.timeout(60)
async def test_size_08_a_thousand_idle_connections_lock_nobody_out(tmp_path: Path) -> None:
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        port = int(running.url.rpartition(":")[2])
        mine = await asyncio.open_connection("127.0.0.1", port)
        mine[1].write(request("GET", "/api/v3/account"))
        assert (await read_answer(mine[0])).status == 200
        before = memory_kib(running.pid)
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(1000)]
        began = time.monotonic()
        mine[1].write(request("GET", "/api/v3/account"))
        assert (await asyncio.wait_for(read_answer(mine[0]), 5)).status == 200
        took = time.monotonic() - began
        await asyncio.sleep(2.1)
        newcomer = await asyncio.open_connection("127.0.0.1", port)
        newcomer[1].write(request("GET", "/api/v3/account"))
        assert (await asyncio.wait_for(read_answer(newcomer[0]), 5)).status == 200
        growth = memory_kib(running.pid) - before
        ended = [asyncio.create_task(reader.read()) for reader, _ in idle]
        await asyncio.wait(ended, timeout=0.5)
        turned_away = sum(one.done() for one in ended)
        for _, writer in [mine, newcomer, *idle]:
            writer.close()
        await asyncio.gather(*ended)
    assert turned_away == 1000 + 2 - 512
    assert took < 1
    assert growth < 64 * 1024


async def test_size_09_a_bomb_is_passed_on_and_never_inflated(tmp_path: Path) -> None:
    """64 MiB of zeros in 64 KiB of gzip: the octets pass, the record says that they were not looked into."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 9, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    async with scene(tmp_path, answers(head % len(bomb) + bomb)) as here:
        answer = await here.ask(request("GET", "/api/v3/account", headers="Accept-Encoding: gzip\r\n"))
        began = time.monotonic()
        await here.until_idle(1)
        assert time.monotonic() - began < 1
    assert answer.body == bomb
    (flow,) = here.flows()
    assert len(str(flow)) < 4096
    assert answer.header("Content-Encoding") == "gzip"


async def test_size_10_a_client_that_does_not_read_is_cut_off_and_the_record_says_so(tmp_path: Path) -> None:
    big = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 64000000\r\n\r\n"
        + b"1" * 64_000_000
    )
    async with scene(tmp_path, answers(big), upstream={"progress_seconds": 0.5}) as here:
        port = int(here.gateway.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(request("GET", "/api/v3/account"))
        await reader.read(1024)
        await here.until_idle(1)
        writer.transport.abort()
    (flow,) = here.flows()
    assert flow["execution"] == "unknown"
    assert "relay" in str(flow)


async def test_a_client_that_asks_and_asks_and_reads_nothing_gives_its_turn_back(
    tmp_path: Path,
) -> None:
    """Small answers, written whole: the time for writing one is bounded as well."""
    body = b"1" * 60_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    async with scene(tmp_path, answers(answer), limits={"write_seconds": 0.3}) as here:
        port = int(here.gateway.url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(request("GET", "/api/v3/account") * 200)
        async with asyncio.timeout(5):
            while not writer.transport.is_closing():
                await asyncio.sleep(0.05)
                writer.write(b" ")
        assert here.gateway.pipeline.slots.busy == 0
