"""An order that comes again after its answer was lost: refused with the first if that was executed, else sent."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from proxy.app.gateway import Gateway
from proxy.sandbox import Fault, Sandbox, demo_keys, start as start_sandbox
from tests.support.gateway import gateway

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00"
DRAWN = "x-TKT5PX2F22ecb58eb9074fb1be018c"
BATCH = (
    "batchOrders=%5B%7B%22symbol%22:%22BTCUSDT%22,%22side%22:%22BUY%22,%22type%22:%22MARKET%22,%22quantity%22:%22"
    "0.01%22%7D%5D"
)
PATH = "/api/v3/order"
LATE = 0.25
"""Seconds until the exchange answers; long after the client has hung up."""
GONE = 0.08
REJECTED = b'{"code":-2010,"msg":"Account has insufficient balance for requested action."}'


@dataclass
class Got:
    """What a client was answered; without a status, what it has not waited for."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def token(self) -> str:
        return self.headers.get("x-gateway-error", "")


@dataclass
class House:
    """A gateway before the sandbox. `book` is what the exchange has."""

    running: Gateway
    sandbox: Sandbox

    @property
    def book(self) -> list[str]:
        return [str(order.price) for order in self.sandbox.account().orders.values()]

    async def open(
        self, form: str, *lines: str, target: str = PATH
    ) -> "tuple[_Reader, asyncio.StreamWriter]":
        address = urlsplit(self.running.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = "".join(f"{line}\r\n" for line in ("Host: localhost", *lines, f"Content-Length: {len(form)}"))
        writer.write(f"POST {target} HTTP/1.1\r\n{head}\r\n{form}".encode())
        return reader, writer

    async def order(self, form: str = ORDER, *lines: str, patience: float = 5.0, target: str = PATH) -> Got:
        """As a client whose time-out is `patience`: it hangs up when that is over."""
        reader, writer = await self.open(form, *lines, target=target)
        try:
            async with asyncio.timeout(patience):
                return await _read(reader)
        except TimeoutError:
            return Got()
        finally:
            writer.close()

    async def lose(self, form: str = ORDER, *lines: str, target: str = PATH) -> None:
        """An order whose client hangs up before its answer, which comes late."""
        assert (await self.order(form, *lines, patience=GONE, target=target)).status == 0

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(5):
            while not what():
                await asyncio.sleep(0.005)


type _Reader = asyncio.StreamReader


async def _read(reader: _Reader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Got(int(head[0].split()[1]), headers, json.loads(body))


@asynccontextmanager
async def house(tmp_path: Path, *faults: Fault, **settings: Any) -> AsyncIterator[House]:
    sandbox = Sandbox(keys=demo_keys())
    for fault in faults:
        sandbox.faults.add(fault)
    exchange = await start_sandbox(sandbox)
    try:
        async with gateway(exchange.url, tmp_path / "journal", **settings) as running:
            yield House(running, sandbox)
    finally:
        await exchange.stop()


def late(**how: Any) -> Fault:
    return Fault(PATH, method="POST", delay_s=LATE, **how)


async def test_a_repeat_waits_for_the_first_and_is_refused_with_its_order(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        got = await at.order()
        assert (got.status, got.token) == (409, "repeat_of_executed")
        assert got.headers["x-gateway-execution"] == "not_sent"
        (order_id,) = at.sandbox.account().orders
        assert got.body["outcome"] == "executed"
        assert got.body["order"]["orderId"] == order_id
        assert got.body["order"]["symbol"] == "BTCUSDT"
        assert got.body["answer"]["orderId"] == order_id
        assert got.body["repeats"] != got.body["request_id"]
        again = await at.order()  # and again, the same
        assert (again.token, again.body["order"]) == ("repeat_of_executed", got.body["order"])
        assert len(at.book) == 1


async def test_a_repeat_that_comes_after_the_answer_of_the_first(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        await at.until(lambda: at.running.pipeline.slots.busy == 0)
        assert (await at.order()).token == "repeat_of_executed"
        assert len(at.book) == 1


@pytest.mark.parametrize(
    "again",
    [
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=50000.00&quantity=0.001",  # another order of pairs
        f"{ORDER}&recvWindow=4000&timestamp=1&signature=00",
        f"{ORDER}&newClientOrderId=x-TKT5PX2F0123456789abcdef012345",  # another id that was drawn
        ORDER.replace("0.001", "0%2E001"),
    ],
)
async def test_what_differs_from_one_sending_to_the_next_makes_no_other_order(
    again: str, tmp_path: Path
) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose(f"newClientOrderId={DRAWN}&{ORDER}")
        assert (await at.order(again)).token == "repeat_of_executed"


async def test_query_and_form_are_one(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        assert (await at.order("", target=f"{PATH}?{ORDER}")).token == "repeat_of_executed"


@pytest.mark.parametrize(
    "other",
    [
        ORDER.replace("0.001", "0.002"),
        f"{ORDER}&newOrderRespType=ACK",
        f"{ORDER}&newClientOrderId=mine-1",
    ],
)
async def test_another_order_is_no_repeat(other: str, tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        assert (await at.order(other)).status == 200
        await at.until(lambda: len(at.book) == 2)


async def test_an_order_with_an_id_of_its_own_is_left_to_its_client(tmp_path: Path) -> None:
    form = f"{ORDER}&newClientOrderId=mine-1"
    async with house(tmp_path, late()) as at:
        await at.lose(form)
        await at.until(lambda: len(at.book) == 1)
        assert (await at.order(form)).body["code"] == -2010  # the exchange's word: a duplicate


async def test_equal_orders_side_by_side_are_meant(tmp_path: Path) -> None:
    async with house(tmp_path, late(times=3)) as at:
        assert [got.status for got in await asyncio.gather(*(at.order() for _ in range(3)))] == [200] * 3
        assert (await at.order()).status == 200  # and so is one after answers that were taken
        assert len(at.book) == 4


async def test_of_slices_side_by_side_as_many_are_placed_as_were_wanted(tmp_path: Path) -> None:
    """Three are lost; one of them was refused, late. Of three repeats one is sent."""
    refused = late(status=400, body=REJECTED)
    async with house(tmp_path, late(), refused, late()) as at:
        await asyncio.gather(*(at.lose() for _ in range(3)))
        got = [await at.order() for _ in range(3)]
        assert sorted(one.status for one in got) == [200, 409, 409]
        named = {one.body["order"]["orderId"] for one in got if one.status == 409}
        assert len(named) == 2
        assert len(at.book) == 3
        assert (await at.order()).token == "repeat_of_executed"


async def test_what_the_exchange_refused_late_is_sent(tmp_path: Path) -> None:
    async with house(tmp_path, late(status=400, body=REJECTED)) as at:
        await at.lose()
        assert (await at.order()).status == 200
        assert (await at.order()).status == 200  # that one was answered
        assert len(at.book) == 2


async def test_it_is_meant(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        assert (await at.order(ORDER, "X-Gateway-Repeat: yes")).status == 200
        await at.until(lambda: len(at.book) == 2)
        assert (await at.order()).token == "repeat_of_executed"  # what does not say so is still a repeat


async def test_without_the_guard_a_repeat_is_sent(tmp_path: Path) -> None:
    async with house(tmp_path, late(), orders={"repeat_guard": False}) as at:
        await at.lose()
        assert (await at.order()).status == 200
        await at.until(lambda: len(at.book) == 2)


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_an_unknown_first_is_looked_up(drop: Any, tmp_path: Path) -> None:
    """It has an id that a library drew. Its client got an answer, which said that nobody knows."""
    lost = Fault(PATH, method="POST", drop=drop)
    async with house(tmp_path, lost, signing={"recv_window_ms": 200}) as at:
        first = await at.order(f"{ORDER}&newClientOrderId={DRAWN}")
        assert first.status == 502
        got = await at.order(f"{ORDER}&newClientOrderId={DRAWN[:-1]}d")
        if drop == "after":
            assert (got.status, got.token) == (409, "repeat_of_executed")
            assert got.body["order"]["origClientOrderId"] == DRAWN
            assert got.body["order"]["status"] == "NEW"
        else:
            assert got.status == 200
        assert len(at.book) == 1


async def test_a_repeat_waits_while_an_unknown_first_is_looked_up(tmp_path: Path) -> None:
    """The client's time-out is shorter than the time after which "not there" proves something."""
    form = f"{ORDER}&newClientOrderId={DRAWN}&recvWindow=200"
    async with house(tmp_path, Fault(PATH, method="POST", drop="before")) as at:
        await at.lose(form)
        await at.lose(form)  # its repeat gives up as well, and is not sent later
        assert (await at.order(form)).status == 200
        assert len(at.book) == 1


async def test_where_nobody_can_tell_it_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    async with house(tmp_path, Fault(PATH, method="POST", drop="before")) as at:
        assert (await at.order()).status == 502
        got = await at.order()
        assert (got.status, got.token, got.body["outcome"]) == (409, "repeat_of_unknown", "undetermined")
        assert "X-Gateway-Repeat: yes" in got.body["msg"]
        assert (await at.order(ORDER, "X-Gateway-Repeat: yes")).status == 200
        assert len(at.book) == 1


async def test_the_wait_is_bounded(tmp_path: Path) -> None:
    async with house(tmp_path, late(), orders={"outcome_wait_seconds": 0.05}) as at:
        await at.lose()
        got = await at.order()
        assert (got.token, got.body["outcome"]) == ("repeat_of_unknown", "pending")
        assert got.headers["retry-after"] == "1"
        await at.until(lambda: len(at.book) == 1)
        await at.until(lambda: at.running.pipeline.slots.busy == 0)
        assert (await at.order()).token == "repeat_of_executed"


async def test_nobody_waits_for_a_gateway_that_stops(tmp_path: Path) -> None:
    async with house(tmp_path, Fault(PATH, method="POST", delay_s=0.6)) as at:
        await at.lose()
        waiting = asyncio.create_task(at.order())
        await at.until(lambda: at.running.pipeline.slots.busy == 2)
        stopping = asyncio.create_task(at.running.stop())
        assert (await waiting).token == "repeat_of_unknown"
        await stopping


async def test_an_answer_that_was_not_read_is_lost(tmp_path: Path) -> None:
    """It lay in the client's kernel when the client gave up: the kernel says so, by a reset."""
    async with house(tmp_path) as at:
        for lines in ((), ("Connection: close",)):
            form = ORDER.replace("50000", "5000" + str(len(lines) + 1))
            _, writer = await at.open(form, *lines)
            cast("asyncio.Transport", writer.transport).pause_reading()
            placed = len(at.book)
            await at.until(lambda placed=placed: len(at.book) > placed)
            await at.until(lambda: at.running.pipeline.slots.busy == 0)
            writer.transport.abort()
            assert (await at.order(form)).token == "repeat_of_executed"


async def test_a_client_that_leaves_once_it_has_read_has_its_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for lines in ((), ("Connection: close",)):
            assert (await at.order(ORDER, *lines)).status == 200
        reader, writer = await at.open(ORDER)
        assert (await _read(reader)).status == 200
        writer.write(
            b"GET /api/v3/time HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )  # of which it does not read the answer
        await asyncio.sleep(0.05)
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()
        assert (await at.order()).status == 200
        assert len(at.book) == 4


async def test_clients_are_told_apart_by_their_address(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        address = urlsplit(at.running.url)
        reader, writer = await asyncio.open_connection(
            address.hostname, address.port, local_addr=("127.0.0.2", 0)
        )
        writer.write(f"POST {PATH}?{ORDER} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert (await _read(reader)).status == 200
        writer.close()
        await at.until(lambda: len(at.book) == 2)


async def test_a_refused_repeat_takes_nothing_of_the_day(tmp_path: Path) -> None:
    line = {"applies_to": "spot", "max_quantity_per_day": 0.0025}
    async with house(tmp_path, late(), policy={"profiles": ["spot"], "limits": [line]}) as at:
        await at.lose()
        for _ in range(3):
            assert (await at.order()).token == "repeat_of_executed"
        assert (await at.order(ORDER.replace("0.001", "0.0015"))).status == 200
        assert (await at.order(ORDER.replace("0.001", "0.0001"))).token == "limit_exceeded"


async def test_nobody_is_asked_to_approve_a_repeat(tmp_path: Path) -> None:
    policy = {"profiles": ["spot"], "confirm": ["POST /api/v3/order"], "confirm_mode": "wait"}
    async with house(tmp_path, late(), policy=policy) as at:
        waiting = at.running.pipeline.confirmations

        async def approve() -> None:
            await at.until(waiting.living)
            waiting.decide(waiting.living()[0]["id"], approved=True)

        task = asyncio.create_task(approve())
        await at.order(patience=LATE / 2)
        await task
        assert (await at.order()).token == "repeat_of_executed"
        assert waiting.counts == {"approved": 1}


async def test_futures_batches_and_dry_runs(tmp_path: Path) -> None:
    policy = {"profiles": ["futures"]}
    fault = Fault("/fapi/v1/batchOrders", delay_s=LATE)
    async with house(tmp_path, fault, policy=policy) as at:
        await at.lose(BATCH, target="/fapi/v1/batchOrders")
        shown = await at.order(BATCH, "X-Gateway-Dry-Run: 1", target="/fapi/v1/batchOrders")
        assert shown.status == 200
        got = await at.order(BATCH, target="/fapi/v1/batchOrders")
        assert got.token == "repeat_of_executed"
        assert got.body["order"]["symbol"] == "BTCUSDT"


async def test_it_is_counted(tmp_path: Path) -> None:
    async with house(tmp_path, late()) as at:
        await at.lose()
        await at.order()
        readings = {one.name: one for one in at.running.pipeline.repeats.readings()}
        assert dict(readings["repeats"].samples) == {("executed",): 1}
        assert dict(readings["repeat_guard_orders"].samples) == {(): 1}
