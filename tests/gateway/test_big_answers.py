"""Large answers pass through: the same octets, and hardly any memory of the gateway's."""

import asyncio
import gzip
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.gateway import GatewayProcess
from harness.usage import cpu_seconds, memory_kib
from proxy.sandbox import Sandbox, start
from tests.support.gateway import gateway
from tests.support.raw_client import RawAnswer, ask, read_answer
from tests.support.recording_upstream import recording_upstream

BIG = 20 * 1024 * 1024
MOST_GROWTH_KIB = 8 * 1024
ASK = b"GET /api/v3/exchangeInfo HTTP/1.1\r\nHost: localhost\r\n"

memory = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@asynccontextmanager
async def _in_front_of_a_big_exchange(folder: Path) -> AsyncIterator[tuple[Sandbox, str, GatewayProcess]]:
    """The sandbox, its address, and a gateway that has streamed before, so that what stays resident is there."""
    now_ms = 1_790_000_000_000
    sandbox = Sandbox(now_ms=lambda: now_ms, exchange_info_bytes=512 * 1024)
    exchange = await start(sandbox)
    try:
        async with GatewayProcess(exchange.url, folder) as running:
            for _ in range(5):
                await ask(running.url, ASK + b"\r\n")
            sandbox.exchange_info_bytes = BIG
            yield sandbox, exchange.url, running
    finally:
        await exchange.stop()


@memory
@pytest.mark.slow
async def test_a_20_megabyte_exchange_info_passes_with_little_memory(tmp_path: Path) -> None:
    async with _in_front_of_a_big_exchange(tmp_path) as (_, exchange, running):
        before = memory_kib(running.pid, "VmHWM")
        passed = await ask(running.url, ASK + b"\r\n")
        growth = memory_kib(running.pid, "VmHWM") - before
        straight = await ask(exchange, ASK + b"\r\n")
    print(f"{len(passed.body)} octets passed, the gateway's peak grew by {growth} KiB from {before} KiB")
    assert len(passed.body) >= BIG
    assert passed.body == straight.body
    assert growth < MOST_GROWTH_KIB


@memory
@pytest.mark.slow
async def test_a_client_that_stops_reading_does_not_fill_the_memory(tmp_path: Path) -> None:
    async with _in_front_of_a_big_exchange(tmp_path) as (_, _, running):
        before = memory_kib(running.pid, "VmHWM")
        address = urlsplit(running.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=64 * 1024)
        writer.write(ASK + b"\r\n")
        await _until_still(running)
        growth = memory_kib(running.pid, "VmHWM") - before
        answer = await read_answer(reader)
        writer.close()
    print(f"the gateway's peak grew by {growth} KiB while the client stood still")
    assert growth < MOST_GROWTH_KIB
    assert len(answer.body) >= BIG


async def _until_still(running: GatewayProcess) -> None:
    """Until the gateway has done no work for half a second (five looks at its processor time)."""
    seen: list[float] = []
    async with asyncio.timeout(20):
        while len(seen) < 6 or len(set(seen[-6:])) > 1:
            seen.append(round(cpu_seconds(running.pid), 2))
            await asyncio.sleep(0.1)


def _gzipped(octets: int) -> bytes:
    """A gzip body of about that size; digits hardly compress below a half."""
    digits = random.Random(7).randbytes(octets // 2).hex()
    return gzip.compress(json.dumps({"digits": digits}).encode(), compresslevel=1, mtime=0)


@pytest.mark.parametrize("octets", [2_000, 60_000, 70_000, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
async def test_gzip_stays_gzip_octet_for_octet(tmp_path: Path, octets: int, chunked: bool) -> None:
    body = _gzipped(octets)
    async with recording_upstream() as upstream, gateway(upstream.url, tmp_path / "journal") as running:
        upstream.answer = _answer(body, chunked=chunked)
        answer = await ask(running.url, ASK + b"Accept-Encoding: gzip, deflate, br\r\n\r\n")
        (asked,) = upstream.take()
    assert asked.values(b"Accept-Encoding") == [b"gzip, deflate, br"]
    assert (answer.status, answer.header("Content-Encoding")) == (200, "gzip")
    assert answer.body == body


async def test_a_client_that_names_no_coding_is_asked_for_none(tmp_path: Path) -> None:
    async with recording_upstream() as upstream, gateway(upstream.url, tmp_path / "journal") as running:
        answer: RawAnswer = await ask(running.url, ASK + b"\r\n")
        (asked,) = upstream.take()
    assert asked.values(b"Accept-Encoding") == [b"identity"]
    assert answer.header("Content-Encoding") is None


def _answer(body: bytes, *, chunked: bool) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    if not chunked:
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    pieces = [body[i : i + 50_000] for i in range(0, len(body), 50_000)] + [b""]
    return (
        head
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    )
