"""After 429 or 418 nobody behind the gateway calls on."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from proxy.core.catalogue import Catalogue
from proxy.holds import Holds
from proxy.sandbox import Fault, Observation, Sandbox, demo_keys, start

from .support.gateway import gateway

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEIGHT = b'{"code":-1003,"msg":"Too much request weight used."}'
ORDERS = b'{"code":-1015,"msg":"Too many new orders."}'


class House:
    def __init__(self, session: ClientSession, box: Sandbox, directory: Path) -> None:
        self.session, self.box, self.directory = session, box, directory
        self.url = self.upstream = ""
        self.seen: list[Observation] = []

    async def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, Any]:
        async with self.session.request(method, self.url + path, data=body, headers=FORM) as answer:
            await answer.read()
            return answer.status, answer.headers


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(keys=demo_keys())
    exchange = await start(box)
    async with ClientSession() as session:
        made = House(session, box, tmp_path / "j")
        made.upstream = exchange.url
        box.observer = lambda seen: None if seen.target.endswith(b"/time") else made.seen.append(seen)
        async with gateway(exchange.url, made.directory) as running:
            made.url = running.url
            yield made
    await exchange.stop()


async def test_after_a_429_nothing_reaches_the_exchange_until_it_is_over(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/account", status=429, body=WEIGHT, headers={"Retry-After": "2"}))
    assert (await house.ask("/api/v3/account"))[0] == 429
    house.seen.clear()
    began = time.monotonic()
    answers = await asyncio.gather(*(house.ask("/api/v3/openOrders") for _ in range(200)))
    for status, headers in answers:
        assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
        assert headers["X-Gateway-Execution"] == "not_sent"
        assert headers["Retry-After"] in ("1", "2")
    assert (await house.ask("/api/v3/ticker/price"))[0] == 429
    assert house.seen == []
    while (await house.ask("/api/v3/account"))[0] == 429:
        await asyncio.sleep(0.05)
    assert 1.8 <= time.monotonic() - began <= 4
    assert len(house.seen) == 1


async def test_the_answer_itself_is_relayed(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/account", status=429, body=WEIGHT, headers={"Retry-After": "1"}))
    async with house.session.get(house.url + "/api/v3/account") as answer:
        assert (answer.status, await answer.read()) == (429, WEIGHT)
        assert "X-Gateway-Error" not in answer.headers
        assert answer.headers["Retry-After"] == "1"


async def test_too_many_orders_hold_orders_only(house: House) -> None:
    house.box.faults.add(Fault(path="/api/v3/order", status=429, body=ORDERS, headers={"Retry-After": "60"}))
    assert (await house.ask("/api/v3/order", "POST", ORDER))[0] == 429
    status, headers = await house.ask("/api/v3/order", "POST", ORDER)
    assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
    assert (await house.ask("/api/v3/account"))[0] == 200
    status, headers = await house.ask("/api/v3/order?symbol=BTCUSDT&orderId=1", "DELETE")
    assert "X-Gateway-Error" not in headers  # it reached the exchange, which knows no such order
    assert house.seen[-1].method == "DELETE"


async def test_a_ban_outlives_a_restart(house: House) -> None:
    house.box.faults.add(
        Fault(path="/api/v3/account", status=418, body=WEIGHT, headers={"Retry-After": "300"})
    )
    assert (await house.ask("/api/v3/account"))[0] == 418
    house.seen.clear()
    async with gateway(house.upstream, house.directory) as again:
        async with house.session.get(again.url + "/api/v3/account") as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (429, "upstream_backoff")
            assert 290 <= int(answer.headers["Retry-After"]) <= 300
    assert house.seen == []


async def test_a_dry_run_is_no_call(house: House) -> None:
    house.box.faults.add(
        Fault(path="/api/v3/account", status=418, body=WEIGHT, headers={"Retry-After": "300"})
    )
    await house.ask("/api/v3/account")
    async with house.session.get(house.url + "/api/v3/account", headers={"X-Gateway-Dry-Run": "1"}) as answer:
        assert answer.status == 200


class Hands:
    def __init__(self) -> None:
        self.now, self.wall_ms = 100.0, 1_700_000_000_000


def test_wall_clock_steps_do_not_lengthen_a_wait(tmp_path: Path) -> None:
    hands = Hands()
    holds = Holds(tmp_path, lambda: hands.now, lambda: hands.wall_ms)
    endpoint = Catalogue.builtin().find("GET", "/api/v3/account")
    assert endpoint is not None
    holds.note(endpoint, "https://x", "main", status=429, code=-1003, retry_after="7")
    hands.wall_ms -= 86_400_000
    hands.now += 6.5
    refusal = holds.refusal(endpoint, "https://x", "main")
    assert refusal is not None
    assert dict(refusal.headers)["Retry-After"] == "1"
    hands.now += 0.6
    assert holds.refusal(endpoint, "https://x", "main") is None
    assert holds.refusal(endpoint, "https://other", "main") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a":"b"}', b'{"https://x":1}', b"\xff"])
def test_a_damaged_file_holds_nothing_back(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "holds.json").write_bytes(content)
    hands = Hands()
    assert not Holds(tmp_path, lambda: hands.now, lambda: hands.wall_ms).host_held("https://x")


def test_where_the_disk_is_full_the_hold_still_works(tmp_path: Path) -> None:
    hands = Hands()
    holds = Holds(tmp_path / "absent", lambda: hands.now, lambda: hands.wall_ms)
    endpoint = Catalogue.builtin().find("GET", "/api/v3/account")
    assert endpoint is not None
    holds.note(endpoint, "https://x", "main", status=418, code=-1003, retry_after="300")
    assert holds.host_held("https://x")
