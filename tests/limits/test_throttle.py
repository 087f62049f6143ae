"""Against the strict exchange, which has real limits: reads are braked, orders pass, and the spender is named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from harness.gateway import GatewayProcess
from proxy.app.gateway import Gateway
from proxy.sandbox import Limits, Observation, Sandbox, demo_keys, start
from tests.support.gateway import gateway

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=40000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LIMIT = 400
MIDDLE_OF_A_MINUTE_MS = 30_000


class House:
    def __init__(self, session: ClientSession, box: Sandbox, url: str, directory: Path) -> None:
        self.session, self.box, self.upstream, self.directory = session, box, url, directory
        self.running: Gateway
        self.seen: list[Observation] = []

    async def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, url: str = ""
    ) -> tuple[int, Any]:
        whole = (url or self.running.url) + path
        async with self.session.request(method, whole, data=body, headers=FORM if body else {}) as answer:
            await answer.read()
            return answer.status, answer.headers

    async def admin(self, path: str) -> Any:
        async with self.session.get(f"{self.running.admin_url}{path}") as answer:
            assert answer.status == 200
            return await answer.json() if path == "/weight" else await answer.text()

    def refused(self) -> list[int]:
        return [one.status for one in self.seen if one.status in (418, 429)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(keys=demo_keys(), limits=Limits(spot_weight_1m=LIMIT, ban_after=3))
    box.clock_shift_ms = MIDDLE_OF_A_MINUTE_MS - box.now_ms() % 60_000
    exchange = await start(box)
    async with ClientSession() as session:
        made = House(session, box, exchange.url, tmp_path / "j")
        box.observer = made.seen.append
        budget = {"api_weight": LIMIT, "coalesce": False}
        async with gateway(exchange.url, made.directory, budget=budget, admin="127.0.0.1:0") as running:
            made.running = running
            yield made
    await exchange.stop()


async def test_200_polling_clients_never_reach_the_limit_and_orders_pass_all_the_while(house: House) -> None:
    assert (await house.ask("/api/v3/account"))[0] == 200
    polls = [house.ask("/api/v3/account") for _ in range(200)]
    orders = [house.ask("/api/v3/order", "POST", ORDER) for _ in range(20)]
    answers = await asyncio.gather(*polls, *orders)
    refusals = [headers for status, headers in answers[:200] if status == 429]
    assert {headers["X-Gateway-Error"] for headers in refusals} == {"budget_exceeded"}
    assert {headers["X-Gateway-Execution"] for headers in refusals} == {"not_sent"}
    assert all(1 <= int(headers["Retry-After"]) <= 31 for headers in refusals)
    assert 10 <= 200 - len(refusals) <= 0.9 * LIMIT / 20
    assert [status for status, _ in answers[200:]] == [200] * 20
    assert house.refused() == []
    status, headers = await house.ask("/api/v3/account")
    assert (status, headers["X-Gateway-Error"]) == (429, "budget_exceeded")
    order_id = (await house.ask("/api/v3/order?symbol=BTCUSDT&orderId=1", "DELETE"))[0]
    assert order_id == 400  # it got through: the exchange knows no such order


async def test_without_the_brake_the_same_polls_are_refused_by_the_exchange(house: House) -> None:
    """So the test above measures the brake."""
    async with gateway(house.upstream, house.directory, budget={"brake": None, "coalesce": False}) as running:
        await asyncio.gather(*(house.ask("/api/v3/account", url=running.url) for _ in range(200)))
    assert 429 in house.refused()


async def test_a_second_gateway_sees_what_the_first_one_spends(house: House) -> None:
    """The exchange's own count is the truth, whoever spent it."""
    budget = {"api_weight": LIMIT, "coalesce": False}
    async with gateway(house.upstream, house.directory, budget=budget) as other:
        for _ in range(16):
            assert (await house.ask("/api/v3/account", url=other.url))[0] == 200
        await house.ask("/api/v3/account")
        status, headers = await house.ask("/api/v3/account")
        assert (status, headers["X-Gateway-Error"]) == (429, "budget_exceeded")


async def test_who_spent_it_is_told(house: House) -> None:
    for _ in range(3):
        await house.ask("/api/v3/account")
    await house.ask("/api/v3/order", "POST", ORDER)
    await house.ask("/api/v3/ticker/price")
    found = await house.admin("/weight")
    (client,) = found["clients"]
    assert (client["client"], client["requests"]) == ("local", 5)
    spent = {one["endpoint"]: (one["weight"], one["requests"]) for one in client["endpoints"]}
    assert spent == {
        "GET /api/v3/account": (60, 3),
        "POST /api/v3/order": (0, 1),
        "GET /api/v3/ticker/price": (4, 1),
    }
    (limit,) = found["limits"]
    assert (limit["limit"], limit["reads_stop_at"], limit["source"]) == (LIMIT, 360, "configuration")
    assert limit["used"] >= 64  # the gateway asked for the time, too
    assert {one["interval_seconds"]: one["count"] for one in found["orders"]} == {10: 1, 86_400: 1}
    text = await house.admin("/metrics")
    host = house.upstream.partition("://")[2]
    series = f'signing_proxy_weight_total{{client="local",endpoint="GET /api/v3/account",host="{host}"}} 60.0'
    assert series in text
    assert "signing_proxy_weight_limit{" in text


async def test_a_hold_is_told_too(house: House) -> None:
    house.box.limit_keeper._ban("127.0.0.1", house.box.now_ms())
    assert (await house.ask("/api/v3/account"))[0] == 418
    (hold,) = (await house.admin("/weight"))["holds"]
    assert (hold["scope"], hold["host"]) == ("ip", house.upstream.partition("://")[2])
    assert 110 <= hold["seconds_left"] <= 121
    assert 'signing_proxy_hold_seconds_left{account="",host=' in await house.admin("/metrics")


async def test_processes_that_share_a_directory_share_a_ban_and_remember_it(
    house: House, tmp_path: Path
) -> None:
    """200 clients in front of another process, and of one that is started later: 0 requests reach the exchange."""
    async with GatewayProcess(house.upstream, tmp_path, journal=house.directory) as first:
        assert (await house.ask("/api/v3/account", url=first.url))[0] == 200
        house.box.limit_keeper._ban("127.0.0.1", house.box.now_ms())
        assert (await house.ask("/api/v3/account"))[0] == 418  # the gateway in this process is told
        await asyncio.sleep(0.12)
        house.seen.clear()
        answers = await asyncio.gather(*(house.ask("/api/v3/account", url=first.url) for _ in range(200)))
        assert {headers["X-Gateway-Error"] for _, headers in answers} == {"upstream_backoff"}
    async with GatewayProcess(house.upstream, tmp_path, journal=house.directory) as second:
        status, headers = await house.ask("/api/v3/account", url=second.url)
        assert (status, headers["X-Gateway-Error"]) == (429, "upstream_backoff")
        assert 100 <= int(headers["Retry-After"]) <= 121
    assert house.seen == []  # nor did anybody ask for the time


async def test_a_holds_file_of_ones_own_choosing(house: House, tmp_path: Path) -> None:
    shared = {"holds_file": str(tmp_path / "shared.json")}
    async with gateway(house.upstream, tmp_path / "a", budget=shared) as one:
        async with gateway(house.upstream, tmp_path / "b", budget=shared) as two:
            house.box.limit_keeper._ban("127.0.0.1", house.box.now_ms())
            assert (await house.ask("/api/v3/account", url=one.url))[0] == 418
            await asyncio.sleep(0.12)
            assert (await house.ask("/api/v3/account", url=two.url))[1][
                "X-Gateway-Error"
            ] == "upstream_backoff"
