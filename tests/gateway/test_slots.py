"""Turns at the running gateway: how many are served at once, who goes first, who is sent away."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import ORDER, House, house, says
from tests.support.raw_client import read_answer
from tests.upstream.scripted import Act

ONE: dict[str, Any] = {"limits": {"in_flight": 1, "wait_seconds": 5}}


def held_until(go_on: asyncio.Event) -> Act:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await says(200)(reader, writer)

    return act


@pytest.mark.parametrize(
    ("method", "target", "first"),
    [
        ("POST", "/api/v3/order", True),
        ("DELETE", "/api/v3/openOrders", True),
        ("PUT", "/sapi/v1/margin/listen-key", True),
        ("GET", "/api/v3/account", False),
        ("GET", "/api/v3/time", False),
    ],
)
async def test_whatever_is_not_a_get_goes_before_polling_that_came_earlier(
    method: str, target: str, first: bool, tmp_path: Path
) -> None:
    go_on = asyncio.Event()
    async with house(tmp_path, held_until(go_on), **ONE) as at:
        tasks = [asyncio.create_task(at.ask("GET", "/api/v3/ping"))]
        await at.until_sent(1)
        for number, what in enumerate(
            [("GET", "/api/v3/openOrders"), (method, target), ("GET", "/api/v3/myTrades")], start=2
        ):
            tasks.append(asyncio.create_task(at.ask(*what, form="" if what[0] == "POST" else None)))
            await at.until_accepted(number)
        go_on.set()
        assert {one.status for one in await asyncio.gather(*tasks)} == {200}
        there = [one.path for one in at.sent]
        others = ["/api/v3/openOrders", "/api/v3/myTrades"]
        assert there == ["/api/v3/ping", *([target, *others] if first else [others[0], target, others[1]])]


async def test_cancels_and_orders_keep_their_own_order(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    asks: list[tuple[str, str, str | None]] = [
        ("GET", "/api/v3/ping", None),
        ("POST", "/api/v3/order", ORDER),
        ("GET", "/api/v3/account", None),
        ("DELETE", "/api/v3/openOrders?symbol=BTCUSDT", None),
        ("POST", "/api/v3/order/test", ORDER),
    ]
    async with house(tmp_path, held_until(go_on), **ONE) as at:
        tasks = []
        for number, (method, target, form) in enumerate(asks, start=1):
            tasks.append(asyncio.create_task(at.ask(method, target, form)))
            await at.until_accepted(number)
        go_on.set()
        await asyncio.gather(*tasks)
        assert [(one.method, one.path) for one in at.sent] == [
            ("GET", "/api/v3/ping"),
            ("POST", "/api/v3/order"),
            ("DELETE", "/api/v3/openOrders"),
            ("POST", "/api/v3/order/test"),
            ("GET", "/api/v3/account"),
        ]


async def test_who_waits_too_long_is_sent_away(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with house(tmp_path, held_until(go_on), limits={"in_flight": 1, "wait_seconds": 0.05}) as at:
        first = asyncio.create_task(at.order())
        await at.until_sent(1)
        got = await at.order()
        assert (got.status, got.token, got.execution) == (503, "overloaded", "not_sent")
        assert "limits.in_flight" in got.body.decode()
        go_on.set()
        assert (await first).status == 200
        assert (await at.order()).status == 200
        records = {one["request_id"]: one for one in await at.flows(3)}
        refused = records[got.headers["X-Gateway-Request-Id"]]
        assert (refused["error.type"], refused["refused"]) == ("overloaded", 503)
        assert refused["duration_ms"] >= 50


@pytest.mark.parametrize("target", ["/evil/v1/x", "/api/v3/order", "/api/v3/account"])
async def test_a_turn_is_given_back_however_it_ends(target: str, tmp_path: Path) -> None:
    """One turn, and requests that are refused, shown or answered: none of them keeps it."""
    async with house(tmp_path, limits={"in_flight": 1, "wait_seconds": 0.2}) as at:
        for _ in range(3):
            await at.ask("GET", target)
            await at.order(X_Gateway_Dry_Run="1")
        assert (await at.ask("GET", "/api/v3/account")).status == 200


async def send_on(at: House, raw: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request on a connection of its own, which stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(at.running.url.rpartition(":")[2]))
    writer.write(raw)
    return reader, writer


async def test_who_comes_during_the_drain_is_sent_away(tmp_path: Path) -> None:
    """On a connection that was open already; the order under way is carried out."""
    go_on, acts = asyncio.Event(), [says(200)]
    ping = b"GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with house(tmp_path, *acts, held_until(go_on), limits={"drain_seconds": 5}) as at:
        reader, writer = await send_on(at, ping)
        assert (await read_answer(reader)).status == 200
        under_way = asyncio.create_task(at.order())
        await at.until_sent(2)
        stopping = asyncio.create_task(at.running.stop())
        await asyncio.sleep(0)
        writer.write(ping)
        answer = await read_answer(reader)
        assert (answer.status, answer.header("X-Gateway-Error")) == (503, "draining")
        assert answer.header("X-Gateway-Execution") == "not_sent"
        go_on.set()
        assert (await under_way).status == 200
        assert await stopping
        writer.close()
        assert len(at.sent) == 2


async def test_each_request_has_a_name_of_its_own(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        names: list[Any] = [
            (await at.ask("GET", target)).headers["X-Gateway-Request-Id"]
            for target in ("/api/v3/ping", "/evil/v1/x", "/api/v3/account", "/api/v3/account")
        ]
        assert len(set(names)) == 4
        assert len({name.partition("-")[0] for name in names}) == 1
        assert [int(name.partition("-")[2], 16) for name in names] == [1, 2, 3, 4]
        assert [one["request_id"] for one in await at.flows(4)] == names


async def test_bodies_that_trickle_in_take_no_turn(tmp_path: Path) -> None:
    """They are judged before that: whoever may not ask is told so at once."""
    head = b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(ORDER)
    async with house(tmp_path, says(200), says(200), **ONE) as at:
        slow = [await send_on(at, head + ORDER[:-1].encode()) for _ in range(3)]
        await at.until_accepted(3)
        assert (await at.ask("GET", "/api/v3/ping")).status == 200
        refused = await send_on(at, head.replace(b"/api/v3/order", b"/sapi/v1/capital/withdraw/apply"))
        assert (await read_answer(refused[0])).header("X-Gateway-Error") == "endpoint_denied"
        slow[0][1].write(ORDER[-1:].encode())
        assert (await read_answer(slow[0][0])).status == 200
        for _, writer in (*slow, refused):
            writer.close()
