"""Where refusals that repeat wait: how long, without a slot, for how many, and that nobody else waits with them."""

import asyncio
import time
from collections.abc import Awaitable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from proxy.core.errors import Execution, Refusal
from proxy.core.flow import Flow
from proxy.core.refusal_loops import Kind
from proxy.core.settings import LimitSettings
from proxy.gateway.slow_lane import SlowLane, kind_of
from tests.core.redaction.flows import make_flow
from tests.gateway.house import House, house

REFUSAL = Refusal(403, "endpoint_not_allowed", "no")
NO_READS = {"profiles": ["spot"], "read": ["market"]}
ACCOUNT, PRICE = "/api/v3/account", "/api/v3/ticker/price"


def refused(refusal: Refusal = REFUSAL, target: bytes = b"/api/v3/account?n=1") -> Flow:
    flow = make_flow("GET", target)
    flow.sent = flow.answer = flow.endpoint = None
    flow.client_name = "bot"
    flow.refusal = refusal
    return flow


def lane(now: float = 0.0, **limits: float) -> SlowLane:
    return SlowLane(lambda: now, LimitSettings(**limits))  # type: ignore[arg-type]  # numbers of both kinds


async def through(room: SlowLane, count: int) -> list[Flow]:
    """So many refusals at once; those that are through."""
    flows = [refused() for _ in range(count)]
    for flow in flows:
        await room.pass_through(flow)
    return flows


def test_kinds_are_by_client_token_method_and_path() -> None:
    assert kind_of(refused()) == Kind("bot", "endpoint_not_allowed", "GET", "/api/v3/account")
    assert kind_of(refused(target=b"/" + b"x" * 300)) == Kind("bot", "endpoint_not_allowed", "GET", "")


def test_what_was_or_may_have_been_sent_is_of_no_kind() -> None:
    assert kind_of(make_flow("GET", b"/api/v3/account")) is None  # not refused at all
    assert kind_of(refused(Refusal(504, "upstream_timeout", "no", Execution.UNKNOWN))) is None
    sent = make_flow("POST", b"/api/v3/order")
    sent.refusal = REFUSAL
    assert sent.sent is not None
    assert kind_of(sent) is None
    failed = refused()
    failed.fault_stage = "connect"
    assert kind_of(failed) is None


async def test_it_is_noted_which_are_only_counted() -> None:
    flows = await through(lane(refusal_delay_seconds=0), 12)
    kind = kind_of(flows[0])
    assert [flow.counted_as for flow in flows] == [None] * 10 + [kind] * 2


async def test_those_beyond_the_first_wait_and_the_stop_lets_them_go() -> None:
    room = lane(refusal_delay_seconds=10)
    await through(room, 50)
    waiting = asyncio.create_task(room.pass_through(refused()))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    assert room.slowed == 1
    room.open()
    async with asyncio.timeout(1):
        await waiting
        await through(room, 100)


async def test_no_more_wait_than_a_quarter_of_the_connections() -> None:
    room = lane(refusal_delay_seconds=10, connections=16)
    await through(room, 50)
    waiting = [asyncio.create_task(room.pass_through(refused())) for _ in range(4)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await through(room, 20)
    assert not any(one.done() for one in waiting)
    for one in waiting:
        one.cancel()
    await asyncio.wait(waiting)
    assert room._waiting == set()  # they make room for others


async def seconds(asked: Awaitable[object]) -> float:
    began = time.monotonic()
    await asked
    return time.monotonic() - began


async def until_late(here: House) -> None:
    """Refused until answers come late."""
    while here.running.pipeline.slow_lane.slowed < 5:
        await asyncio.gather(*(here.ask("GET", ACCOUNT) for _ in range(10)))


async def test_one_that_waits_holds_no_slot_and_delays_nobody_else(tmp_path: Path) -> None:
    limits = {"in_flight": 1, "refusal_delay_seconds": 10}
    async with house(tmp_path, policy=NO_READS, limits=limits) as here, ClientSession() as other:
        await until_late(here)
        looping = [asyncio.create_task(here.ask("GET", ACCOUNT)) for _ in range(20)]
        await asyncio.sleep(0.05)
        assert here.running.pipeline.slots.busy == 0
        good = [await seconds(here.ask("GET", PRICE)) for _ in range(20)]
        async with other.get(here.running.url + "/api/v3/exchangeInfo") as answer:
            assert answer.status == 200
        assert max(good) < 0.2  # the same client, and the same address
        assert not all(one.done() for one in looping)
        here.running.pipeline.slow_lane.open()
        assert {(await one).status for one in looping} == {403}


async def test_a_stop_does_not_wait_for_them(tmp_path: Path) -> None:
    async with house(tmp_path, policy=NO_READS, limits={"refusal_delay_seconds": 10}) as here:
        await until_late(here)
        looping = [asyncio.create_task(here.ask("GET", ACCOUNT)) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert await seconds(here.running.stop()) < 2
        assert {(await one).status for one in looping} == {403}


@pytest.mark.slow
async def test_a_loop_of_handshakes_is_slowed_and_history_stays(tmp_path: Path) -> None:
    """Each on a connection of its own, as an SDK that reconnects without a pause."""
    async with house(tmp_path) as here:
        port = int(here.running.url.rpartition(":")[2])
        times: list[float] = []

        async def loop(end: float) -> None:
            while time.monotonic() < end:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(
                    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
                assert b"X-Gateway-Execution: not_sent" in await reader.read(65536)
                writer.close()
                times.append(time.monotonic())

        end = time.monotonic() + 2.5
        await asyncio.gather(*(loop(end) for _ in range(4)))
        late = sum(at > end - 1 for at in times)
        assert late <= 16  # four connections, each later by up to half a second
        before_stop = sum(file.stat().st_size for file in (tmp_path / "journal").glob("flows-*"))
        assert before_stop < 16 * 1024
        assert here.running.pipeline.recorder.tally.outcomes.total() >= len(times)
