"""The gateway around a look-up: holds, time, clients that leave, the drain, and what operators see."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from proxy.app.gateway import Gateway
from tests.support.gateway import gateway
from tests.upstream.scripted import Act, Upstream, answers, hangs_up, says_nothing, upstream

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ORDER = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=zebra-1"
ABSENT = '{"code":-2013,"msg":"Order does not exist."}'


def says(status: int, body: str, *more: str) -> Act:
    lines = "".join(f"{line}\r\n" for line in more)
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    )
    return answers((head + body).encode())


def order_now() -> str:
    return json.dumps({"status": "FILLED", "time": int(time.time() * 1000), "clientOrderId": "zebra-1"})


@dataclass
class House:
    script: Upstream
    running: Gateway
    session: ClientSession
    journal: Path

    async def order(self, form: str = ORDER, **more: Any) -> tuple[int, Any, float]:
        """Status, headers and seconds of one order."""
        started = time.monotonic()
        url = self.running.url + "/api/v3/order"
        async with self.session.post(url, data=form.encode(), headers=FORM, **more) as answer:
            await answer.read()
            return answer.status, answer.headers, time.monotonic() - started

    def looks(self) -> list[bytes]:
        return [one for one in self.script.requests if one.startswith(b"GET /api/v3/order?")]

    def outcomes(self) -> list[dict[str, Any]]:
        text = b"".join(file.read_bytes() for file in sorted(self.journal.glob("flows-*.jsonl")))
        return [one for one in map(json.loads, text.splitlines()) if one["type"] == "outcome"]

    async def settled(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while (
                self.running.pipeline.reconciler.lookups.pending
                or not self.running.pipeline.reconciler.lookups.counts
            ):
                await asyncio.sleep(0.01)
        self.running.journal.flush()
        return self.outcomes()[-1]


@asynccontextmanager
async def house(tmp_path: Path, *acts: Act, **settings: Any) -> AsyncIterator[House]:
    """A gateway whose upstream answers `/time` rightly and everything else by `acts`."""
    turns = list(acts)

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if script.requests[-1].startswith(b"GET /api/v3/time"):
            await says(200, json.dumps({"serverTime": int(time.time() * 1000)}))(reader, writer)
            return
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        await turn(reader, writer)

    async with upstream(act) as script, ClientSession() as session:
        settings["upstream"] = settings.get("upstream", {}) | {"unsafe_url": script.base}
        async with gateway(script.base, tmp_path / "j", **settings) as running:
            yield House(script, running, session, tmp_path / "j")


def later(make: Callable[[], str]) -> Act:
    """A 200 whose body is made when it is asked for."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await says(200, make())(reader, writer)

    return act


async def test_a_time_out_is_told_with_the_outcome(tmp_path: Path) -> None:
    acts = (says_nothing, later(order_now))
    async with house(tmp_path, *acts, upstream={"answer_seconds": 0.4}) as at:
        status, headers, _ = await at.order()
        assert (status, headers["X-Gateway-Error"]) == (504, "upstream_timeout")
        assert (headers["X-Gateway-Execution"], headers["X-Gateway-Outcome"]) == ("unknown", "executed")


async def test_the_look_up_is_a_signed_get_of_the_gateways_own(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, later(order_now)) as at:
        await at.order()
        (look,) = at.looks()
        target = look.split(b" ")[1]
        assert target.startswith(
            b"/api/v3/order?symbol=BTCUSDT&origClientOrderId=zebra-1&recvWindow=5000&timestamp="
        )
        assert target.count(b"signature=") == 1
        assert b"X-MBX-APIKEY: testkey" in look
        assert look.endswith(b"\r\n\r\n")
        assert sum(one.startswith(b"POST") for one in at.script.requests) == 1, "never the write again"


async def test_without_waiting_the_answer_comes_at_once_and_the_journal_has_it_later(tmp_path: Path) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await says(200, order_now())(reader, writer)

    async with house(tmp_path, says(503, "{}"), slow, orders={"outcome_wait_seconds": 0}) as at:
        status, headers, seconds = await at.order()
        assert (status, headers["X-Gateway-Execution"]) == (503, "unknown")
        assert "X-Gateway-Outcome" not in headers
        assert seconds < 0.25
        known = await at.settled()
        assert (known["outcome"], known.get("told", False)) == ("executed", False)


async def test_a_hold_is_obeyed(tmp_path: Path) -> None:
    """A 429 to the look-up holds it, and everybody else; asked again only when it is over."""
    waits = says(429, '{"code":-1003,"msg":"Too many requests."}', "Retry-After: 1")
    async with house(tmp_path, hangs_up, waits, later(order_now)) as at:
        begun = time.monotonic()
        _, headers, _ = await at.order()
        assert headers["X-Gateway-Outcome"] == "executed"
        assert time.monotonic() - begun > 0.95
        assert len(at.looks()) == 2


async def test_nobody_is_asked_while_a_hold_runs(tmp_path: Path) -> None:
    teapot = says(418, '{"code":-1003,"msg":"Way too many requests."}', "Retry-After: 7200")
    async with house(tmp_path, hangs_up, teapot) as at:
        _, headers, seconds = await at.order()
        assert headers["X-Gateway-Outcome"] == "undetermined"
        assert seconds < 5
        assert (await at.settled())["reason"] == "held"
        assert len(at.looks()) == 1


async def test_a_look_up_that_gets_no_answer_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.gateway.reconciliation.order_query._QUERY_SECONDS", 0.2)
    async with house(tmp_path, hangs_up, says_nothing, hangs_up, later(order_now)) as at:
        _, headers, seconds = await at.order()
        assert headers["X-Gateway-Outcome"] == "executed"
        assert seconds < 5
        assert len(at.looks()) >= 3


async def test_a_client_that_hangs_up_does_not_end_the_look_up(tmp_path: Path) -> None:
    async with house(tmp_path, says_nothing, later(order_now), upstream={"answer_seconds": 0.5}) as at:
        with pytest.raises(asyncio.TimeoutError):
            await at.order(timeout=ClientTimeout(total=0.2))
        known = await at.settled()
        assert known["outcome"] == "executed"


async def test_a_long_answer_that_breaks_off_is_looked_up(tmp_path: Path) -> None:
    """Its head was passed on already, so only journal and admin port can tell."""

    async def breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100_000)
        await writer.drain()
        writer.close()

    async with house(tmp_path, breaks_off, later(order_now)) as at:
        with pytest.raises(Exception, match=r"."):
            await at.order()
        known = await at.settled()
        assert (known["outcome"], known.get("told", False)) == ("executed", False)


async def test_look_ups_end_within_the_drain(tmp_path: Path) -> None:
    """What can be found out in time is; the rest is said to be undetermined, in the journal, before it closes."""
    settings = {"limits": {"drain_seconds": 1.0}, "orders": {"outcome_wait_seconds": 0}}
    async with house(tmp_path, hangs_up, says(400, ABSENT), **settings) as at:
        await at.order()
        assert at.running.pipeline.reconciler.lookups.pending == 1
        begun = time.monotonic()
        await at.running.stop()
        assert time.monotonic() - begun < 2.0
        assert [(one["outcome"], one["reason"]) for one in at.outcomes()] == [("undetermined", "stopping")]


async def test_a_held_back_answer_is_given_when_the_gateway_stops(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, says(400, ABSENT), limits={"drain_seconds": 1.0}) as at:
        asking = asyncio.create_task(at.order())
        while not at.looks():
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(at.running.stop())
        status, headers, seconds = await asking
        assert (status, headers["X-Gateway-Execution"]) == (502, "unknown")
        assert seconds < 1.0
        await stopping


async def test_the_admin_port_lists_unknown_writes_for_its_owner(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, later(order_now), admin="127.0.0.1:0") as at:
        _, headers, _ = await at.order()
        url = f"{at.running.admin_url}/outcomes"
        async with at.session.get(url) as answer:
            assert (answer.status, answer.headers["X-Gateway-Error"]) == (401, "token_required")
        assert at.running.admin_token_file is not None
        bearer = {"Authorization": f"Bearer {at.running.admin_token_file.read_text().strip()}"}
        async with at.session.get(url, headers=bearer) as answer:
            text = await answer.text()
        async with at.session.post(url, headers=bearer) as answer:
            assert answer.status == 405
        (shown,) = json.loads(text)["outcomes"]
        assert (shown["state"], shown["order_status"], shown["told"]) == ("executed", "FILLED", True)
        assert shown["request_id"] == headers["X-Gateway-Request-Id"]
        assert (shown["endpoint"], shown["account"]) == ("POST /api/v3/order", "main")
        assert shown["known"] > shown["requested"]
        assert "zebra" not in text
        known = await at.settled()
        assert shown["order"] == known["order"]
        async with at.session.get(f"{at.running.admin_url}/metrics") as answer:
            metrics = await answer.text()
        assert 'signing_proxy_unknown_writes_total{outcome="executed"} 1.0' in metrics
        assert "signing_proxy_unknown_writes_pending 0.0" in metrics
