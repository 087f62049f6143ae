"""The fault exchange itself: what it counts as executed, what it refuses, and where it cuts."""

import asyncio
import contextlib
import hashlib
import hmac
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.authority import Authority
from harness.gateway import API_SECRET
from tests.faults.upstream import Exchange, Fault, Request, exchange, http


def signed(
    body: str, *, secret: str = API_SECRET, age_ms: int = 0, test_id: str = "t1", method: str = "POST"
) -> bytes:
    """A signed request as a gateway would send it."""
    query = f"newClientOrderId={test_id}&recvWindow=5000&timestamp={time.time_ns() // 1_000_000 - age_ms}"
    signature = hmac.new(secret.encode(), (query + body).encode(), hashlib.sha256).hexdigest()
    head = f"{method} /api/v3/order?{query}&signature={signature} HTTP/1.1\r\nHost: x\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


FORM = "symbol=BTCUSDT&side=BUY"


async def tell(to: Exchange, *octets: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """Send these octets on one connection, each after what came for those before; all that came, and how it ended."""
    came = b""
    writer: asyncio.StreamWriter | None = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", to.port, ssl=tls)
        for part in octets:
            writer.write(part)
            pause = 0.3  # until something comes; then a moment for the rest
            with contextlib.suppress(TimeoutError):
                while True:
                    async with asyncio.timeout(pause):
                        chunk = await reader.read(65_536)
                    if not chunk:
                        break
                    came, pause = came + chunk, 0.05
        return came if reader.at_eof() else came + b"<open>"
    except ConnectionRefusedError:
        raise
    except ConnectionError:
        return came + b"<reset>"
    finally:
        if writer is not None:
            writer.close()


async def test_a_write_that_was_read_whole_and_signed_right_counts_once() -> None:
    async with exchange() as judge:
        came = await tell(judge, signed(FORM))
    assert came.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (judge.executed, judge.refused, judge.duplicates) == ({"t1": 1}, 0, 0)


async def test_the_same_write_twice_is_a_duplicate() -> None:
    async with exchange() as judge:
        await tell(judge, signed(FORM), signed(FORM))
    assert judge.duplicates == 1


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: signed(FORM, secret="another"), b"-1022"),
        (lambda: signed(FORM).replace(b"BUY", b"SEL"), b"-1022"),
        (lambda: signed(FORM, age_ms=6000), b"-1021"),
        (lambda: signed(FORM, age_ms=-5000), b"-1021"),
        (lambda: b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\n\r\n", b"-1022"),
    ],
    ids=["key", "changed", "old", "ahead", "unsigned"],
)
async def test_a_wrong_signature_or_time_is_refused_and_not_executed(
    made: Callable[[], bytes], code: bytes
) -> None:
    async with exchange() as judge:
        came = await tell(judge, made())
    assert code in came
    assert (judge.executed.total(), judge.refused, judge.mistimed) == (0, 1, code == b"-1021")


async def test_the_time_is_the_exchanges_own() -> None:
    async with exchange() as judge:
        judge.clock_offset_ms = 3_600_000
        assert b"-1021" in await tell(judge, signed(FORM))
        assert b"200 OK" in await tell(judge, signed(FORM, age_ms=-3_600_000))


async def test_what_did_not_arrive_whole_is_not_executed() -> None:
    octets = signed(FORM)
    async with exchange() as judge:
        assert await tell(judge, octets[:-1]) == b"<open>"
        assert judge.executed.total() == 0
        assert b"200 OK" in await tell(judge, octets[:40], octets[40:-1], octets[-1:])
    assert judge.executed == {"t1": 1}


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
async def test_the_cut_comes_after_exactly_so_many_octets(tls: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    trusting = ssl.create_default_context(cafile=authority.file) if tls else None
    octets = signed(FORM)
    async with exchange(authority.context() if tls else None) as judge:
        judge.cut_after = len(octets) - 1
        assert await tell(judge, octets[:-2], tls=trusting) == b"<open>"
        assert judge.cut == 0
        assert await tell(judge, octets, tls=trusting) in (b"<reset>", b"")
        assert (judge.cut, judge.executed.total()) == (1, 0)
        judge.cut_after = len(octets) + 1
        assert b"200 OK" in await tell(judge, octets, tls=trusting)
    assert judge.executed.total() == 1


async def test_the_cut_can_be_chosen_by_how_a_request_begins() -> None:
    post, put = signed(FORM), signed(FORM, method="PUT")
    async with exchange() as judge:
        judge.cut_script = lambda begin: len(post) - 1 if begin.startswith(b"POST /api") else None
        assert await tell(judge, post[:-2]) == b"<open>"
        assert await tell(judge, post) == b"<reset>"
        assert b"200 OK" in await tell(judge, put)
    assert (judge.cut, judge.executed.total()) == (1, 1)


async def test_a_reset_after_no_octet() -> None:
    async with exchange() as judge:
        judge.cut_after = 0
        assert await tell(judge, b"") == b"<reset>"
    assert judge.connections == 1


async def test_a_stale_connection_answered_before() -> None:
    async with exchange() as judge:
        judge.stale_share = 1.0
        came = await tell(judge, signed(FORM), signed(FORM, test_id="t2"))
    assert came.startswith(b"HTTP/1.1 200 OK")
    assert came.endswith(b"<reset>")
    assert (judge.stale, judge.stale_writes, judge.cut, judge.executed) == (1, 1, 0, {"t1": 1})


@pytest.mark.parametrize(
    ("fault", "came"),
    [
        (Fault(b"", "close"), b""),
        (Fault(b"", "reset"), b"<reset>"),
        (Fault(b"HTTP/1.1 20", "close"), b"HTTP/1.1 20"),
        (Fault(end="hang"), b"<open>"),
        (Fault(http(503, b"x")), http(503, b"x") + b"<open>"),
    ],
)
async def test_scripted_faults_come_after_the_execution(fault: Fault, came: bytes) -> None:
    async with exchange() as judge:
        judge.script = lambda _request: fault
        assert await tell(judge, signed(FORM)) == came
    assert judge.executed == {"t1": 1}


async def test_a_script_sees_the_request() -> None:
    seen: list[Request] = []

    def script(request: Request) -> None:
        seen.append(request)

    octets = signed(FORM, method="PUT")
    async with exchange() as judge:
        judge.script = script
        await tell(judge, octets)
    assert [(r.method, r.path, r.test_id, r.nth, r.octets) for r in seen] == [
        ("PUT", "/api/v3/order", "t1", 1, len(octets))
    ]


async def test_connections_are_refused_on_demand() -> None:
    async with exchange() as judge:
        await judge.refuse()
        with pytest.raises(ConnectionRefusedError):
            await tell(judge, b"")


async def test_syns_are_lost_on_demand() -> None:
    async with exchange() as judge:
        assert await judge.lose_syns()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await tell(judge, b"")


async def test_idle_connections_are_closed() -> None:
    async with exchange() as judge:
        judge.idle_close = lambda: 0.0
        assert not (await tell(judge, signed(FORM))).endswith(b"<open>")
