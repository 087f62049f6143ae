"""`/readyz` of a real gateway: good only where a request would be signed, sent and recorded."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from proxy.admin import readiness
from proxy.app.gateway import Gateway
from proxy.credentials.accounts import Accounts
from proxy.journal import Journal
from proxy.runtime.clock import LocalClock
from proxy.sandbox import Sandbox, start
from tests.support.gateway import gateway
from tests.upstream.scripted import answers, hangs_up, upstream

TIME = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n"
    b'{"serverTime":1790000000000}'
)
BANNED = b"HTTP/1.1 418 I'm a teapot\r\nRetry-After: 120\r\nContent-Length: 2\r\n\r\n{}"


async def ready(running: Gateway, session: ClientSession) -> tuple[int, str, dict[str, str]]:
    """Status of the answer, status in it, and the reasons by name."""
    async with session.get(f"{running.admin_url}/readyz") as answer:
        told: dict[str, Any] = await answer.json()
    return answer.status, told["status"], {one["name"]: one["says"] for one in told["reasons"]}


async def until_ready(running: Gateway, session: ClientSession) -> None:
    async with asyncio.timeout(5):
        while (await ready(running, session))[0] != 200:
            await asyncio.sleep(0.01)


async def lives(running: Gateway, session: ClientSession) -> bool:
    async with session.get(f"{running.admin_url}/livez") as answer:
        return answer.status == 200


async def test_good_with_key_time_journal_and_no_hold_then_not_in_a_ban(tmp_path: Path) -> None:
    async with upstream(answers(TIME)) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            await until_ready(running, session)
            assert await ready(running, session) == (200, "ready", {})
            script.acts[:] = [answers(BANNED)]
            async with session.get(f"{running.url}/api/v3/account") as answer:
                assert answer.status == 418
            status, told, reasons = await ready(running, session)
            assert (status, told, set(reasons)) == (503, "not_ready", {"hold"})
            assert "everything to 127.0.0.1:" in reasons["hold"]
            assert await lives(running, session), "a restart would help nobody"


async def test_an_exchange_that_never_answers(tmp_path: Path) -> None:
    async with upstream(hangs_up) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            status, _, reasons = await ready(running, session)
            assert (status, set(reasons)) == (503, {"exchange_time_unknown"})
            assert await lives(running, session)


class Late(LocalClock):
    """A steady clock that can be put forward."""

    ahead = 0.0

    def steady(self) -> float:
        return super().steady() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


async def test_an_exchange_that_died_since(tmp_path: Path) -> None:
    local = Late()
    async with upstream(answers(TIME)) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0", local=local) as running:
            await until_ready(running, session)
            script.acts[:] = [hangs_up]
            local.ahead = 350.0
            assert (await ready(running, session))[0] == 200
            local.ahead = 370.0
            status, _, reasons = await ready(running, session)
            assert (status, set(reasons)) == (503, {"exchange_time_old"})


async def test_no_key(tmp_path: Path) -> None:
    exchange = await start(Sandbox(keys=[]))
    try:
        async with ClientSession() as session:
            async with gateway(exchange.url, tmp_path / "j", Accounts(), admin="127.0.0.1:0") as running:
                async with asyncio.timeout(5):
                    while set((await ready(running, session))[2]) != {"no_key"}:
                        await asyncio.sleep(0.01)
                assert (await ready(running, session))[:2] == (503, "not_ready")
    finally:
        await exchange.stop()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full (full(4))")
async def test_a_journal_that_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with upstream(answers(TIME)) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            await until_ready(running, session)
            full = os.open("/dev/full", os.O_WRONLY)
            monkeypatch.setattr(
                "proxy.journal.files.Directory.create", lambda *_: os.dup(full)
            )  # as a disk that has no room left
            monkeypatch.setattr("proxy.journal.files.Directory.holds", lambda *_: True)
            async with session.get(f"{running.url}/api/v3/account") as answer:
                assert answer.status == 200
            async with asyncio.timeout(5):
                while (await ready(running, session))[0] != 503:
                    await asyncio.sleep(0.01)
            _, _, reasons = await ready(running, session)
            assert "ENOSPC" in reasons["journal_not_writable"]
            os.close(full)


async def test_a_disk_that_hangs_is_told_and_takes_one_thread_however_often_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, asked = threading.Event(), list[str]()

    def hangs(_: Journal) -> str:
        asked.append("")
        ended.wait(20)
        return ""

    async with upstream(answers(TIME)) as script, ClientSession() as session:
        async with gateway(script.base, tmp_path / "j", admin="127.0.0.1:0") as running:
            await until_ready(running, session)
            monkeypatch.setattr(Journal, "trouble", hangs)
            monkeypatch.setattr(readiness, "_DISK_SECONDS", 0.2)
            try:
                told = await asyncio.gather(*(ready(running, session) for _ in range(40)))
                assert {(status, *reasons) for status, _, reasons in told} == {(503, "journal_not_writable")}
                assert "does not answer" in told[0][2]["journal_not_writable"]
                assert len(asked) == 1
                async with asyncio.timeout(5):
                    await asyncio.to_thread(int)  # what a reload reads by
            finally:
                ended.set()
            await until_ready(running, session)
