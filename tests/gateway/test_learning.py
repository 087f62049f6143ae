"""What an answer tells of limits is heard, whatever it looks like; and requests are counted while they are under way."""

import asyncio
import gzip
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from tests.gateway.house import NOON_MS, ORDER, WEIGHT, House, house, says
from tests.upstream.scripted import Act, hangs_up

ORDERS = b'{"code":-1015,"msg":"Too many new orders."}'
PAGE = b"<html>403 Forbidden</html>"


def padded(body: bytes, octets: int) -> bytes:
    return body[:-1] + b',"pad":"%b"}' % (b"x" * (octets - len(body) - 9))


HEARD: list[tuple[str, int, bytes, tuple[str, ...], str]] = [
    # status, body, headers -> what comes of the next read
    ("429", 429, b"", (), "upstream_backoff"),
    ("418", 418, b"", (), "upstream_backoff"),
    ("399 with the code", 399, WEIGHT, (), "upstream_backoff"),
    ("400 with the code", 400, WEIGHT, (), "upstream_backoff"),
    ("403 with the code", 403, WEIGHT, (), "upstream_backoff"),
    ("499 with the code", 499, WEIGHT, (), "upstream_backoff"),
    ("200 with the code", 200, WEIGHT, (), "upstream_backoff"),
    ("500 with the code", 500, WEIGHT, (), "upstream_backoff"),
    ("503 with the code as text", 503, b'{"code":"-1003"}', (), "upstream_backoff"),
    ("200, packed", 200, gzip.compress(WEIGHT), ("Content-Encoding: gzip",), "upstream_backoff"),
    ("400, packed", 400, gzip.compress(WEIGHT), ("Content-Encoding: gzip",), "upstream_backoff"),
    ("200, 512 octets", 200, padded(WEIGHT, 512), (), "upstream_backoff"),
    ("200, 513 octets", 200, padded(WEIGHT, 513), (), ""),
    ("400, 60000 octets", 400, padded(WEIGHT, 60_000), (), "upstream_backoff"),
    ("200, packed, other code", 200, gzip.compress(b'{"code":-1121}'), ("Content-Encoding: gzip",), ""),
    ("200, the digits elsewhere", 200, b'{"code":0,"price":-1003}', (), ""),
    ("200, in a coding that is not read", 200, WEIGHT, ("Content-Encoding: br",), ""),
    ("400 with another code", 400, b'{"code":-1121,"msg":"x"}', (), ""),
    ("200", 200, b"{}", (), ""),
    ("503", 503, b"{}", (), ""),
]


@pytest.mark.parametrize(
    ("status", "body", "lines", "token"), [row[1:] for row in HEARD], ids=[row[0] for row in HEARD]
)
async def test_what_is_heard(
    status: int, body: bytes, lines: tuple[str, ...], token: str, tmp_path: Path
) -> None:
    async with house(tmp_path, says(status, body, "Retry-After: 40", *lines)) as at:
        first = await at.ask("GET", "/api/v3/account", Accept_Encoding="gzip")
        assert (first.status, first.body, first.token) == (status, body, "")
        got = await at.ask("GET", "/api/v3/openOrders")
        assert got.token == token
        if token:
            assert 39 <= int(got.headers["Retry-After"]) <= 40
            at.local.ahead += 40
            assert (await at.ask("GET", "/api/v3/openOrders")).token == ""


@pytest.mark.parametrize("status", [200, 400, 429, 500])
async def test_too_many_orders_hold_the_orders_of_their_account(status: int, tmp_path: Path) -> None:
    """Not its cancels, not its reads, not the other account."""
    async with house(tmp_path, says(status, ORDERS, "Retry-After: 40")) as at:
        assert (await at.order()).status == status
        held = await at.order()
        assert (held.status, held.token, held.execution) == (429, "upstream_backoff", "not_sent")
        assert (await at.ask("POST", "/api/v3/order/cancelReplace", ORDER)).token == "upstream_backoff"
        for method, target in (
            ("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=1"),
            ("DELETE", "/api/v3/openOrders?symbol=BTCUSDT"),
            ("GET", "/api/v3/openOrders"),
        ):
            assert (await at.ask(method, target)).token == "", target
        assert (await at.ask("POST", "/api/v3/order/test", ORDER)).token == ""
        assert (await at.order(X_Gateway_Account="other")).token == ""


async def test_a_hold_of_an_accounts_own_limit_leaves_the_others_alone(tmp_path: Path) -> None:
    history = "/sapi/v1/capital/withdraw/history"
    async with house(tmp_path, says(429, WEIGHT, "Retry-After: 40")) as at:
        assert (await at.ask("GET", history)).status == 429
        assert (await at.ask("GET", history)).token == "upstream_backoff"
        assert (await at.ask("GET", history, X_Gateway_Account="other")).token == ""
        assert (await at.ask("GET", "/api/v3/account")).token == ""


async def test_a_date_counts_from_the_exchanges_clock(tmp_path: Path) -> None:
    """Its clock is an hour ahead of ours, and the hold ends 30 s after its noon."""
    ends = formatdate((NOON_MS + 3_600_000 + 30_000) / 1000, usegmt=True)
    async with house(tmp_path, says(429, WEIGHT, f"Retry-After: {ends}")) as at:
        at.exchange.shift_ms = 3_600_000
        assert await at.running.pipeline.intake.clocks.all()[0].refresh()
        await at.ask("GET", "/api/v3/account")
        assert 28 <= int((await at.order()).headers["Retry-After"]) <= 30


ROWS: list[tuple[str, tuple[Act, ...], str]] = [
    # answers in turn -> what comes of the next request
    ("two pages", (says(403, PAGE),) * 2, ""),
    ("three pages", (says(403, PAGE),) * 3, "upstream_backoff"),
    ("with an answer between", (says(403, PAGE), says(403, PAGE), says(200), says(403, PAGE)), ""),
    ("with an error between", (says(403, PAGE), says(403, PAGE), says(400), says(403, PAGE)), ""),
    (
        "with a lost one between",
        (says(403, PAGE), says(403, PAGE), hangs_up, says(403, PAGE)),
        "upstream_backoff",
    ),
    ("of which two have a code", (says(403, b'{"code":-2015}'),) * 2 + (says(403, PAGE),), ""),
]


@pytest.mark.parametrize(("acts", "token"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
async def test_a_row_of_pages_of_the_firewall(acts: tuple[Act, ...], token: str, tmp_path: Path) -> None:
    async with house(tmp_path, *acts) as at:
        for _ in acts:
            assert (await at.order()).token in ("", "upstream_no_answer")
        got = await at.ask("GET", "/api/v3/account")
        assert got.token == token
        if token:
            assert got.headers["Retry-After"] == "30"


async def test_the_limit_that_a_429_names_is_learned(tmp_path: Path) -> None:
    """100 a minute, of which reads may use 90; the documented limit of this host is not known."""
    names = b'{"code":-1003,"msg":"Too much request weight used; current limit is 100 request weight per 1 MINUTE."}'
    async with house(
        tmp_path, says(429, names, "Retry-After: 1"), says(200, b"{}", "X-MBX-USED-WEIGHT-1M: 95")
    ) as at:
        await at.ask("GET", "/api/v3/account")
        at.local.ahead += 2
        assert (await at.ask("GET", "/api/v3/account")).token == ""
        got = await at.ask("GET", "/api/v3/account")
        assert (got.status, got.token, got.execution) == (429, "budget_exceeded", "not_sent")
        assert (await at.order()).token == ""


class TestUnderWay:
    """100 a minute, 10 used, reads may use 90, and each of these weighs 20: four fit."""

    @staticmethod
    async def read(at: House) -> str:
        return (await at.ask("GET", "/api/v3/account")).token

    @pytest.mark.parametrize("ends", [says(200), says(400), says(503), hangs_up])
    async def test_what_is_in_flight_counts_until_it_has_ended(self, ends: Act, tmp_path: Path) -> None:
        go_on = asyncio.Event()

        async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await go_on.wait()
            await ends(reader, writer)

        used = says(200, b"{}", "X-MBX-USED-WEIGHT-1M: 10")
        async with house(tmp_path, used, *[waits] * 4, budget={"api_weight": 100}) as at:
            assert await self.read(at) == ""
            tasks = [asyncio.create_task(self.read(at)) for _ in range(4)]
            await at.until_sent(5)
            assert await self.read(at) == "budget_exceeded"
            assert (await at.order()).token == ""
            go_on.set()
            await asyncio.gather(*tasks)
            assert await self.read(at) == ""

    @pytest.mark.parametrize(
        ("used", "target", "token"),
        [
            (70, "/api/v3/account", ""),
            (71, "/api/v3/account", "budget_exceeded"),
            (89, "/api/v3/ping", ""),
            (90, "/api/v3/ping", "budget_exceeded"),
            (84, "/api/v3/openOrders?symbol=BTCUSDT", ""),
            (84, "/api/v3/openOrders", "budget_exceeded"),
            (10, "/api/v3/openOrders", ""),
            (11, "/api/v3/openOrders", "budget_exceeded"),
        ],
    )
    async def test_each_read_is_weighed_before_it_leaves(
        self, used: int, target: str, token: str, tmp_path: Path
    ) -> None:
        """20 for the account, 1 for a ping, 6 for the open orders of a symbol and 80 for all of them."""
        told = says(200, b"{}", f"X-MBX-USED-WEIGHT-1M: {used}")
        async with house(tmp_path, told, budget={"api_weight": 100}) as at:
            assert await self.read(at) == ""
            assert (await at.ask("GET", target)).token == token

    async def test_what_was_not_sent_does_not_count(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fails(*_any: Any) -> None:
            raise fault("upstream_unreachable", "connect", "ConnectionRefusedError")

        used = says(200, b"{}", "X-MBX-USED-WEIGHT-1M: 70")
        async with house(tmp_path, used, budget={"api_weight": 100}) as at:
            at.local.ahead += 61  # a new minute, and no connection is at hand
            assert await self.read(at) == ""
            at.local.ahead += 61
            with monkeypatch.context() as patched:
                patched.setattr(Dialer, "open", fails)
                for _ in range(6):
                    assert await self.read(at) == "upstream_unreachable"
            assert await self.read(at) == ""

    async def test_a_new_minute_begins_with_nothing_used(self, tmp_path: Path) -> None:
        used = says(200, b"{}", "X-MBX-USED-WEIGHT-1M: 95")
        async with house(tmp_path, used, budget={"api_weight": 100}) as at:
            assert await self.read(at) == ""
            refused = await at.ask("GET", "/api/v3/account")
            assert refused.token == "budget_exceeded"
            assert 55 <= int(refused.headers["Retry-After"]) <= 60
            at.local.ahead += 60
            assert await self.read(at) == ""


async def test_a_dry_run_is_not_held(tmp_path: Path) -> None:
    async with house(tmp_path, says(418, WEIGHT, "Retry-After: 40")) as at:
        await at.ask("GET", "/api/v3/account")
        assert (await at.order(X_Gateway_Dry_Run="1")).status == 200
        assert (await at.order()).token == "upstream_backoff"


async def test_what_was_spent_on_whom(tmp_path: Path) -> None:
    async with house(tmp_path, says(200), says(400), hangs_up, says(200)) as at:
        for form in (ORDER, ORDER, ORDER):
            await at.order(form)
        await at.ask("GET", "/api/v3/account")
        spent = {
            (one.client, one.endpoint): (one.requests, one.weight, one.minute)
            for one in at.running.pipeline.throttle.budget.spending
        }
        assert spent == {
            ("local", "POST /api/v3/order"): (3, 2, 2),
            ("local", "GET /api/v3/account"): (1, 20, 20),
        }
