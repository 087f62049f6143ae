"""The way back: an answer reaches the client as it is, whole or visibly cut, and the journal knows which."""

import asyncio
import json
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from proxy.core.flow import Timings
from proxy.gateway.relay import server_timing
from tests.gateway.house import ORDER, House, house, http, says
from tests.support.raw_client import RawAnswer, ask, read_answer
from tests.upstream.scripted import Act, answers, hangs_up

PRICE = {"symbol": "BTCUSDT", "price": "50000.00"}
WRONG = ORDER.replace("0.6", "0,6")
"""An order whose mistake is seen at once: a decimal comma."""


def padded(octets: int) -> bytes:
    """Binance's refusal of such a number, as long as is wanted."""
    body = b'{"code":-1100,"msg":"Illegal characters found in parameter \'quantity\'.","pad":"%b"}'
    return body % (b"x" * (octets - len(body) + 2))


def chunked(status: int, *chunks: bytes, ends: bool = True) -> bytes:
    head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" % status
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + (b"0\r\n\r\n" if ends else b"")


async def raw(
    at: House, method: str = "GET", target: str = "/api/v3/account", version: str = "1.1"
) -> RawAnswer:
    return await ask(at.running.url, f"{method} {target} HTTP/{version}\r\nHost: localhost\r\n\r\n".encode())


async def test_every_line_of_an_answer(tmp_path: Path) -> None:
    """Those of Binance that are the client's business, in their order, then ours."""
    lines = (
        "X-MBX-USED-WEIGHT-1M: 7", "Set-Cookie: a=b", "Retry-After: 3", "X-MBX-UUID: u", "Server: nginx", "Via: x",
    )  # fmt: skip
    async with house(tmp_path, says(200, b'{"a":1}', *lines)) as at:
        answer = await raw(at)
        assert answer.headers == (
            ("Content-Type", "application/json"),
            ("X-MBX-USED-WEIGHT-1M", "7"),
            ("Retry-After", "3"),
            ("X-MBX-UUID", "u"),
            ("X-Gateway-Request-Id", (await at.flow())["request_id"]),
            ("X-Gateway-Execution", "answered"),
            ("Server", "binance-signing-proxy"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Content-Length", "7"),
        )
        assert answer.body == b'{"a":1}'


async def test_what_is_told_besides_where_there_is_something_to_tell(tmp_path: Path) -> None:
    acts = (hangs_up, says(400, padded(200)), says(503))
    async with house(tmp_path, *acts) as at:
        lost = await at.order()
        wrong = await at.order(WRONG, X_Gateway_Timing="1")
        late = await at.order(X_Gateway_Timing="1")
        fine = await at.order()
        told = ("X-Gateway-Outcome", "X-Gateway-Diagnosis", "Server-Timing")
        assert [[name in one.headers for name in told] for one in (lost, wrong, late, fine)] == [
            [True, False, False],
            [False, True, True],
            [True, late.headers.get("X-Gateway-Diagnosis") is not None, True],
            [False, False, False],
        ]
        assert wrong.headers["X-Gateway-Diagnosis"].startswith("param-decimal-comma; strength=")


@pytest.mark.parametrize(
    ("octets", "diagnosed"), [(200, True), (65_535, True), (65_536, True), (65_537, False), (100_000, False)]
)
async def test_of_an_error_of_at_most_64_kib_the_cause_is_told(
    octets: int, diagnosed: bool, tmp_path: Path
) -> None:
    body = padded(octets)
    assert len(body) == octets
    async with house(tmp_path, says(400, body)) as at:
        got = await at.order(WRONG)
        assert (got.status, got.body, got.execution) == (400, body, "answered")
        assert ("X-Gateway-Diagnosis" in got.headers) is diagnosed
        record = await at.flow()
        assert record["http.response.body.size"] == octets
        assert "incomplete" not in record


@pytest.mark.parametrize("status", [200, 201, 299, 399])
async def test_what_is_no_error_is_not_diagnosed(status: int, tmp_path: Path) -> None:
    async with house(tmp_path, says(status, padded(200))) as at:
        got = await at.order(WRONG)
        assert (got.status, "X-Gateway-Diagnosis" in got.headers) == (status, False)
        assert "verdict" not in await at.flow()


LENGTHS: list[tuple[bytes, str, bytes, str | None, str | None]] = [
    # what the exchange sends, the client's HTTP -> body, Content-Length, Transfer-Encoding
    (http(200, b"x" * 70_000), "1.1", b"x" * 70_000, "70000", None),
    (chunked(200, b"ab", b"cde"), "1.1", b"abcde", "5", None),
    (chunked(200, b"ab", b"cde"), "1.0", b"abcde", "5", None),
    (chunked(200, b"x" * 40_000, b"y" * 40_000), "1.1", b"x" * 40_000 + b"y" * 40_000, None, "chunked"),
    (chunked(200, b"x" * 40_000, b"y" * 40_000), "1.0", b"x" * 40_000 + b"y" * 40_000, None, None),
    (http(204, b""), "1.1", b"", None, None),
]


@pytest.mark.parametrize(("octets", "version", "body", "length", "coding"), LENGTHS)
async def test_how_the_length_of_an_answer_is_told(
    octets: bytes, version: str, body: bytes, length: str | None, coding: str | None, tmp_path: Path
) -> None:
    async with house(tmp_path, answers(octets)) as at:
        answer = await raw(at, version=version)
        assert answer.body == body
        assert (answer.header("Content-Length"), answer.header("Transfer-Encoding")) == (length, coding)
        record = await at.flow()
        assert record.get("http.response.body.size", 0) == len(body)
        assert (record["execution"], record.get("incomplete")) == ("answered", None)


@pytest.mark.parametrize(
    ("keeps", "prices", "whole"),
    [(1000, 10, True), (1000, 30, False), (300_000, 3000, True), (65_536, 3000, False)],
)
async def test_of_an_answer_as_much_is_recorded_as_is_wanted(
    keeps: int, prices: int, whole: bool, tmp_path: Path
) -> None:
    body = json.dumps([PRICE] * prices).encode()
    async with house(
        tmp_path, says(200, body), journal={"body_bytes": keeps, "directory": str(tmp_path / "journal")}
    ) as at:
        got = await at.ask("GET", "/api/v3/ticker/price")
        assert got.body == body
        record = await at.flow()
        assert record["http.response.body.size"] == len(body)
        assert record.get("undecoded") == (None if whole else "truncated")


def cut(octets: bytes) -> Act:
    """An answer that ends in the middle, once the client has its beginning."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()

    return act


CUT = [
    http(200, b"x" * 300_000)[:200_000],
    chunked(200, b"x" * 90_000, b"y" * 90_000, ends=False),
    chunked(200, b"x" * 90_000, b"y" * 90_000, ends=False)[:-100],
]


@pytest.mark.parametrize("octets", CUT)
async def test_what_breaks_off_is_broken_off(octets: bytes, tmp_path: Path) -> None:
    async with house(tmp_path, cut(octets)) as at:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await raw(at)
        record = await at.flow()
        assert (record["execution"], record["incomplete"], record["http.response.status_code"]) == (
            "unknown",
            True,
            200,
        )
        assert record["fault_stage"] == "body"
        assert "refused" not in record
        assert 90_000 <= record["http.response.body.size"] < 200_000
        assert "client_gone" not in record


async def test_an_answer_that_takes_too_long_in_all_is_broken_off(tmp_path: Path) -> None:
    async def trickles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 70_000)
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.02)

    async with house(tmp_path, trickles, upstream={"total_seconds": 0.3}) as at:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await raw(at)
        record = await at.flow()
        assert (record["execution"], record["incomplete"]) == ("unknown", True)
        assert 300 <= record["duration_ms"] < 1000


async def connected(
    at: House, target: str = "/api/v3/account"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client that has asked and has hardly room for an answer."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", int(at.running.url.rpartition(":")[2])))
    reader, writer = await asyncio.open_connection(sock=sock, limit=4096)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return reader, writer


async def test_a_client_that_stands_still_is_given_up(tmp_path: Path) -> None:
    """And finds its connection broken off when it reads again."""
    async with house(tmp_path, says(200, b"x" * 20_000_000), upstream={"progress_seconds": 0.3}) as at:
        reader, writer = await connected(at)
        record = await at.flow()
        assert (record["error.type"], record["fault_stage"]) == ("TimeoutError", "relay")
        assert (record["execution"], record["incomplete"]) == ("unknown", True)
        assert 300 <= record["duration_ms"] < 2000
        assert await rest_of(reader) < 20_000_000
        writer.close()
        assert (await at.ask("GET", "/api/v3/account")).status == 200


async def rest_of(reader: asyncio.StreamReader) -> int:
    """How many octets come until the connection ends, properly or not."""
    octets = 0
    with suppress(ConnectionError):
        async with asyncio.timeout(5):
            while chunk := await reader.read(65_536):
                octets += len(chunk)
    return octets


async def test_a_client_that_reads_too_slowly_in_all_is_given_up(tmp_path: Path) -> None:
    """It never pauses for long, and would take half a minute for the whole."""
    async with house(tmp_path, says(200, b"x" * 20_000_000), upstream={"total_seconds": 0.6}) as at:
        reader, writer = await connected(at)

        async def read_slowly() -> None:
            while await reader.read(65_536):
                await asyncio.sleep(0.05)

        reading = asyncio.create_task(read_slowly())
        record = await at.flow()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        writer.close()
        assert (record["error.type"], record["fault_stage"]) == ("TimeoutError", "relay")
        assert 600 <= record["duration_ms"] < 2000


async def test_a_client_that_leaves_in_the_middle_was_answered_all_the_same(tmp_path: Path) -> None:
    """What the exchange did is known by its status; the rest of the answer is not fetched."""
    async with house(tmp_path, says(200, b"x" * 20_000_000)) as at:
        reader, writer = await connected(at)
        await reader.readexactly(1000)
        reset(writer)
        record = await at.flow()
        assert (record["client_gone"], record["execution"], record["incomplete"]) == (True, "answered", True)
        assert record["http.response.body.size"] < 20_000_000
        assert "error.type" not in record


def reset(writer: asyncio.StreamWriter) -> None:
    """Hang up rudely."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


LEFT: list[tuple[str, Act, dict[str, Any]]] = [
    ("200", says(200), {"execution": "answered", "http.response.status_code": 200}),
    ("400", says(400), {"execution": "answered", "http.response.status_code": 400}),
    ("503", says(503), {"execution": "unknown", "http.response.status_code": 503}),
    ("lost", hangs_up, {"execution": "unknown", "error.type": "upstream_no_answer", "refused": 502}),
]


@pytest.mark.parametrize(("act", "ends"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
@pytest.mark.parametrize("leaves", [True, False])
async def test_whether_the_client_was_still_there(
    act: Act, ends: dict[str, Any], leaves: bool, tmp_path: Path
) -> None:
    go_on = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await act(reader, writer)

    async with house(tmp_path, waits, act) as at:
        reader, writer = await connected(at, "/api/v3/ticker/price")
        await at.until_sent(1)
        if leaves:
            reset(writer)
            await asyncio.sleep(0.02)
        go_on.set()
        if not leaves:
            await read_answer(reader)
        record = await at.flow()
        assert record.get("client_gone", False) is leaves
        assert {name: record[name] for name in ends} == ends
        writer.close()


async def test_a_refused_client_that_left_is_recorded_as_gone(tmp_path: Path) -> None:
    """It leaves while it waits for its turn."""
    go_on = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await says(200)(reader, writer)

    async with house(tmp_path, waits, limits={"in_flight": 1, "wait_seconds": 0.1}) as at:
        first = asyncio.create_task(at.order())
        await at.until_sent(1)
        _, writer = await connected(at)
        await at.until_accepted(2)
        reset(writer)
        (record,) = await at.flows(1)
        assert (record["error.type"], record["client_gone"]) == ("overloaded", True)
        go_on.set()
        await first


TIMES = {"accepted": 10.0, "permitted": 10.001, "connected": 10.003, "sent": 10.0035, "head": 10.1035}


def test_the_shares_of_the_time() -> None:
    """Connection 2 ms, exchange 100 ms, and of 150 ms the rest ours."""
    assert server_timing(Timings(**TIMES), 10.15) == (
        b"Server-Timing: gateway;dur=48.000, connection;dur=2.000, upstream;dur=100.000\r\n"
    )


@pytest.mark.parametrize("missing", ["permitted", "connected", "sent", "head"])
def test_without_an_answer_there_are_none(missing: str) -> None:
    times: dict[str, Any] = {**TIMES, missing: None}
    assert server_timing(Timings(**times), 10.15) == b""
