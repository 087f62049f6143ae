"""A client that hangs up does not take its order with it: the order is carried out, and its outcome recorded."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from proxy.app.gateway import Gateway
from proxy.sandbox import Fault, Sandbox, demo_keys, start
from tests.support.gateway import gateway

ORDERS = 25
BODY = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00"
HEAD = (
    b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nX-Gateway-Repeat: yes\r\nContent-Length: %d\r\n\r\n"
)
ORDER = HEAD % len(BODY) + BODY

type HangUp = Callable[[Gateway, list[asyncio.StreamWriter]], Awaitable[None]]


async def at_once(running: Gateway, clients: list[asyncio.StreamWriter]) -> None:
    """As soon as the last octet is with the kernel."""
    for client in clients:
        client.close()


async def while_the_exchange_thinks(running: Gateway, clients: list[asyncio.StreamWriter]) -> None:
    """Rudely, with a reset, once the orders are on their way."""
    async with asyncio.timeout(5):
        while running.pipeline.slots.busy < len(clients):
            await asyncio.sleep(0.005)
    for client in clients:
        sock = client.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.transport.abort()


async def _send(url: str, octets: bytes) -> asyncio.StreamWriter:
    address = urlsplit(url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(octets)
    await writer.drain()
    return writer


async def _until_idle(running: Gateway, served: int) -> None:
    """Until so many requests were let in and all have left."""
    async with asyncio.timeout(10):
        while running.pipeline.slots.busy or running.pipeline.recorder.tally.outcomes.total() < served:
            await asyncio.sleep(0.01)


def _lines(journal: Path, kind: str) -> list[dict[str, Any]]:
    lines = [
        json.loads(line) for file in journal.glob("flows-*.jsonl") for line in file.read_text().splitlines()
    ]
    return [line for line in lines if line["type"] == kind]


@pytest.mark.parametrize("hang_up", [at_once, while_the_exchange_thinks])
async def test_the_order_is_placed_and_its_outcome_is_in_the_journal(tmp_path: Path, hang_up: HangUp) -> None:
    sandbox = Sandbox(keys=demo_keys())
    sandbox.faults.add(Fault("/api/v3/order", delay_s=1.0, times=ORDERS))
    exchange = await start(sandbox)
    async with gateway(exchange.url, tmp_path / "journal") as running:
        clients = [await _send(running.url, ORDER) for _ in range(ORDERS)]
        await hang_up(running, clients)
        await _until_idle(running, ORDERS)
    await exchange.stop()

    flows = _lines(tmp_path / "journal", "flow")
    intents = _lines(tmp_path / "journal", "intent")
    assert len(flows) == ORDERS
    assert {flow["request_id"] for flow in flows} == {intent["request_id"] for intent in intents}
    for flow in flows:
        assert flow["client_gone"] is True
        assert (flow["execution"], flow["http.response.status_code"], flow["attempts"]) == (
            "answered",
            200,
            1,
        )
    assert len(sandbox.account().orders) == ORDERS


async def test_an_order_that_was_cut_off_before_its_end_is_not_sent(tmp_path: Path) -> None:
    sandbox = Sandbox(keys=demo_keys())
    exchange = await start(sandbox)
    async with gateway(exchange.url, tmp_path / "journal") as running:
        client = await _send(running.url, ORDER[:-5])
        async with asyncio.timeout(5):
            while not running.pipeline.slots.traffic()[0]:
                await asyncio.sleep(0.005)
        client.close()
        await _until_idle(running, 1)
    await exchange.stop()

    (flow,) = _lines(tmp_path / "journal", "flow")
    assert flow["error.type"] == "bad_request"
    assert flow.get("execution", "not_sent") == "not_sent"
    assert _lines(tmp_path / "journal", "intent") == []
    assert len(sandbox.account().orders) == 0
