"""Two gateways of one directory: what one is told to wait for, the other obeys, whatever it was about to send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proxy.upstream.dial import Dialer
from tests.gateway.house import LATE, ORDER, TWO, WEIGHT, House, house, says, trust
from tests.support.gateway import gateway

BAN = says(418, WEIGHT, "Retry-After: 120")
ONE_SAMPLE: dict[str, Any] = {"clock": {"samples": 1}}
"""So that the time is asked for once, and nothing but the request itself looks for holds meanwhile."""


@asynccontextmanager
async def second(at: House) -> AsyncIterator[House]:
    """Another gateway beside that of a house: the same exchange, directory and clock."""
    base = at.running.settings.upstream.unsafe_url
    assert base is not None
    async with gateway(base, at.journal, TWO, local=at.local, trust=trust) as running:
        other = replace(at, running=running)
        (clock,) = running.pipeline.intake.clocks.all()
        await other.until(lambda: not clock.untried)
        yield other


async def test_what_was_about_to_be_sent_once_more_is_not(tmp_path: Path) -> None:
    """The first is told that its time is wrong; while it measures, the second is banned."""
    async with house(tmp_path, says(400, LATE), BAN, **ONE_SAMPLE) as at, second(at) as other:
        at.exchange.time_is_free.clear()
        asked = at.exchange.asked_time
        healing = asyncio.create_task(at.order())
        await at.until(lambda: at.exchange.asked_time > asked)
        assert (await other.ask("GET", "/api/v3/account")).status == 418
        at.local.ahead += 0.2
        at.exchange.time_is_free.set()
        got = await healing
        assert (got.status, got.body) == (400, LATE)
        assert [one.method for one in at.sent] == ["POST", "GET"]
        assert (await at.order()).token == "upstream_backoff"


@pytest.mark.parametrize(
    ("method", "target", "form"),
    [
        ("POST", "/api/v3/order", ORDER),
        ("GET", "/api/v3/account", None),
        ("GET", "/api/v3/ticker/price", None),
    ],
)
async def test_what_waited_for_its_connection_is_not_sent(
    method: str, target: str, form: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, dial, dialling = asyncio.Event(), Dialer.open, asyncio.Event()

    async def slowly(self: Dialer, base: str, seconds: float | None = None) -> Any:
        if self is of_the_first:
            dialling.set()
            await go_on.wait()
        return await dial(self, base, seconds)

    async with house(tmp_path, BAN) as at, second(at) as other:
        of_the_first = at.running.pipeline.dispatcher.sender._dialer
        at.local.ahead += 100  # no connection is at hand any more
        monkeypatch.setattr(Dialer, "open", slowly)
        waiting = asyncio.create_task(at.ask(method, target, form))
        await dialling.wait()
        assert (await other.ask("GET", "/api/v3/openOrders")).status == 418
        at.local.ahead += 0.2
        go_on.set()
        got = await waiting
        assert (got.status, got.token, got.execution) == (429, "upstream_backoff", "not_sent")
        assert 118 <= int(got.headers["Retry-After"]) <= 120
        assert [one.path for one in at.sent] == ["/api/v3/openOrders"]


async def test_what_has_a_connection_is_not_sent_either(tmp_path: Path) -> None:
    async with house(tmp_path, BAN) as at, second(at) as other:
        assert (await other.ask("GET", "/api/v3/openOrders")).status == 418
        at.local.ahead += 0.2
        for got in (await at.order(), await at.ask("GET", "/api/v3/account")):
            assert (got.status, got.token, got.execution) == (429, "upstream_backoff", "not_sent")
        at.local.ahead += 120
        assert (await at.order()).status == 200
        assert [one.method for one in at.sent] == ["GET", "POST"]


async def test_what_waited_for_the_answer_of_an_identical_read_is_not_sent(tmp_path: Path) -> None:
    """That one gets no answer, so each of them asks for itself; meanwhile the second gateway is banned."""
    go_on = asyncio.Event()

    async def waits_and_hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.close()

    price = ("GET", "/api/v3/ticker/price")
    async with house(tmp_path) as at, second(at) as other:
        await asyncio.gather(*(at.ask("GET", "/api/v3/account") for _ in range(4)))  # connections are at hand
        at.exchange.requests.clear()
        at.exchange.acts += [waits_and_hangs_up, BAN]
        tasks = [asyncio.create_task(at.ask(*price)) for _ in range(3)]
        await at.until_accepted(7)
        await at.until_sent(1)
        assert (await other.ask("GET", "/api/v3/openOrders")).status == 418
        at.local.ahead += 0.2
        go_on.set()
        ends = sorted([(one.token, one.execution) for one in await asyncio.gather(*tasks)])
        assert ends == [
            ("upstream_backoff", "not_sent"),
            ("upstream_backoff", "not_sent"),
            ("upstream_no_answer", "unknown"),
        ]
        assert [one.path for one in at.sent] == ["/api/v3/ticker/price", "/api/v3/openOrders"]
