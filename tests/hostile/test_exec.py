"""exec-*: a write leaves at most once, and the client is told the truth about it."""

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.hostile.scenes import OK, ORDER_FORM, Scene, answers, request, scene
from tests.support.raw_client import RawAnswer
from tests.upstream.scripted import answers_and_hangs_up, hangs_up, says_nothing

WRITES = {
    "DELETE": request("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=1"),
    "PUT": request("PUT", "/api/v3/order/amend/keepPriority", b"symbol=BTCUSDT&orderId=1&newQty=1"),
    "POST": request("POST", "/api/v3/order", ORDER_FORM),
}


def told(answer: RawAnswer) -> tuple[int, str | None, str | None]:
    return answer.status, answer.header("X-Gateway-Error"), answer.header("X-Gateway-Execution")


@pytest.mark.parametrize("octets", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("kept_alive", [True, False], ids=["kept alive", "new connection"])
async def test_exec_01_to_04_a_write_that_got_no_answer_is_not_sent_again(
    octets: bytes, kept_alive: bool, tmp_path: Path
) -> None:
    acts = [answers(OK), hangs_up] if kept_alive else [answers_and_hangs_up(OK), hangs_up]
    async with scene(tmp_path, *acts, answers(OK)) as here:
        assert (await here.ask(request("GET", "/api/v3/account"))).status == 200
        await asyncio.sleep(0.02)
        assert told(await here.ask(octets)) == (502, "upstream_no_answer", "unknown")
        await asyncio.sleep(0.05)
    method = octets.split(b" ")[0]
    sent = [one.split(b" ")[0] for one in here.upstream.requests]
    assert sent.count(method) == 1
    assert set(sent) == {b"GET", method}  # the first read, and look-ups of the gateway's own


async def test_exec_05_a_refused_connection_means_not_sent(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with scene(tmp_path, upstream={"unsafe_url": base}) as here:
            began = time.monotonic()
            answer = await here.order()
            took = time.monotonic() - began
    assert told(answer) == (502, "upstream_unreachable", "not_sent")
    assert answer.header("Retry-After") is None
    assert took < 1.5  # the first request also waits for the clock


async def test_exec_06_a_connection_that_hangs_ends_at_the_limit(tmp_path: Path) -> None:
    """A full backlog drops connection attempts silently, as a black hole does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as hole:
        fill = [socket.socket() for _ in range(8)]
        for one in fill:
            one.setblocking(False)
            one.connect_ex(hole.getsockname())
        base = f"http://127.0.0.1:{hole.getsockname()[1]}"
        async with scene(tmp_path, upstream={"unsafe_url": base, "connect_seconds": 0.4}) as here:
            began = time.monotonic()
            answer = await here.order()
            took = time.monotonic() - began
        for one in fill:
            one.close()
    assert told(answer) == (502, "upstream_unreachable", "not_sent")
    assert took < 3


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def test_exec_07_08_a_reset_after_octets_were_handed_over_is_unknown(tmp_path: Path) -> None:
    async with scene(tmp_path, reset) as here:
        answer = await here.order()
    assert told(answer) == (502, "upstream_no_answer", "unknown")
    assert len(here.upstream.requests) == 1


async def test_exec_09_silence_ends_at_the_time_for_an_answer(tmp_path: Path) -> None:
    async with scene(tmp_path, says_nothing, upstream={"answer_seconds": 0.5}) as here:
        assert here.gateway.settings.upstream.answer_seconds == 0.5
        assert told(await here.order()) == (504, "upstream_timeout", "unknown")
    assert len(here.upstream.requests) == 1


def test_exec_09_the_time_for_an_answer_is_above_binances_own() -> None:
    from proxy.core.settings import UpstreamSettings

    assert UpstreamSettings().answer_seconds == 15.0


RELAYED = [
    (504, -1007, "unknown"), (503, -1008, "unknown"), (500, -1000, "unknown"), (500, -1001, "unknown"), (503, -1006, "unknown"),
    (409, -2021, "answered"), (400, -2010, "answered"), (429, -1015, "answered"), (418, -1003, "answered"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "execution"), RELAYED)
async def test_exec_10_to_12_an_answer_is_relayed_and_never_retried(
    status: int, code: int, execution: str, tmp_path: Path
) -> None:
    body = b'{"code":%d,"msg":"x"}' % code
    octets = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
    async with scene(tmp_path, answers(octets), answers(OK)) as here:
        answer = await here.ask(request("POST", "/api/v3/order/cancelReplace", ORDER_FORM))
    assert told(answer) == (status, None, execution)
    assert answer.body == body
    assert len(here.upstream.requests) == 1


async def _reads_to_the_end(here: Scene) -> bytes:
    return (await here.order()).body


async def test_exec_13_a_cut_body_never_looks_whole(tmp_path: Path) -> None:
    """Small answers become a 502; of large ones, which are streamed, the connection breaks off."""
    small = b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"orderId":1'
    async with scene(tmp_path / "small", answers_and_hangs_up(small)) as here:
        assert told(await here.order()) == (502, "upstream_no_answer", "unknown")
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n[" + b"1," * 100_000
    read: Callable[[Scene], Awaitable[bytes]] = _reads_to_the_end
    async with scene(tmp_path / "large", answers_and_hangs_up(large)) as here:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await read(here)
        await here.until_idle(1)
    (flow,) = here.flows()
    assert flow["execution"] == "unknown"
