"""One approval, one execution, on the sandbox exchange and with gateways that are killed (SIGKILL) in between."""

import asyncio
import json
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, DummyCookieJar

from harness.gateway import ROOT, GatewayProcess, variables
from proxy.sandbox import Sandbox, demo_keys, start

WITHDRAW = "/sapi/v1/capital/withdraw/apply"
CONFIG = {
    "policy": {"allow": [f"POST {WITHDRAW}"], "confirm": ["money_out"], "confirm_mode": "ticket"},
    "log": {"level": "error"},
}
DIES_BEFORE_SENDING = """
import os, signal, sys
sys.path.insert(0, os.getcwd())
from proxy.gateway.dispatch import Dispatcher

async def send(*_):
    os.kill(os.getpid(), signal.SIGKILL)

Dispatcher.send = send
from proxy.__main__ import main
sys.exit(main())
"""
ROUNDS = 4


@dataclass
class House:
    box: Sandbox
    url: str
    folder: Path
    session: ClientSession

    def gateway(self, name: str, **options: Any) -> GatewayProcess:
        """One of several with the same directory."""
        return GatewayProcess(
            self.url, self.folder / name, journal=self.folder / "journal", config=CONFIG, **options
        )

    async def withdraw(self, at: GatewayProcess, amount: str) -> tuple[int, dict[str, Any]]:
        """What a client is told; status 0 if its gateway died."""
        form = f"coin=BTC&network=BTC&address=TestAddressBTC0000000000000000&amount={amount}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            async with self.session.post(at.url + WITHDRAW, data=form, headers=headers) as answer:
                return answer.status, await answer.json()
        except ClientError:
            return 0, {}

    async def ticket(self, at: GatewayProcess, amount: str) -> str:
        status, told = await self.withdraw(at, amount)
        assert (status, told["error"]) == (403, "confirmation_required")
        found: str = told["confirmation"]
        return found

    async def approve(self, ticket: str) -> str:
        """By the command, as a person does; what it showed."""
        command = [sys.executable, "-m", "proxy", "approve", ticket, "--yes", "--json"]
        command += ["--journal", str(self.folder / "journal")]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=variables(self.folder), capture_output=True, timeout=20
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, str] = json.loads(done.stdout)
        return told["state"]

    def withdrawn(self) -> list[str]:
        """What the exchange did, as amounts with its fee."""
        return [one["amount"] for account in self.box.accounts() for one in account.withdrawals]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    box = Sandbox(keys=demo_keys())
    exchange = await start(box)
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield House(box, exchange.url, tmp_path, session)
    await exchange.stop()


async def test_sixty_at_once_on_one_approval_withdraw_once(house: House) -> None:
    async with house.gateway("one") as one, house.gateway("two") as two:
        assert await house.approve(await house.ticket(one, "0.1")) == "approved"
        told = await asyncio.gather(*(house.withdraw((one, two)[number % 2], "0.1") for number in range(60)))
    assert sorted(status for status, _ in told) == [200] + [403] * 59
    assert len(house.withdrawn()) == 1


async def test_killed_between_approval_and_sending_it_is_not_sent_and_needs_a_new_approval(
    house: House, tmp_path: Path
) -> None:
    script = tmp_path / "dies.py"
    script.write_text(DIES_BEFORE_SENDING)
    async with house.gateway("lives") as lives:
        first = await house.ticket(lives, "0.1")
        await house.approve(first)
        async with house.gateway("dies", program=(str(script),)) as dies:
            assert (await house.withdraw(dies, "0.1"))[0] == 0
            assert await dies.ended(10) == -signal.SIGKILL
        second = await house.ticket(lives, "0.1")
        assert second != first
        assert house.withdrawn() == []
        await house.approve(second)
        assert (await house.withdraw(lives, "0.1"))[0] == 200
        assert len(house.withdrawn()) == 1


async def test_killed_before_it_is_used_an_approval_outlives_its_gateway(house: House) -> None:
    async with house.gateway("one") as one:
        ticket = await house.ticket(one, "0.1")
        await house.approve(ticket)
        await one.stop(signal.SIGKILL)
    async with house.gateway("two") as two:
        assert (await house.withdraw(two, "0.1"))[0] == 200
        assert await house.ticket(two, "0.1") != ticket
    assert len(house.withdrawn()) == 1


async def test_killed_at_any_moment_an_approval_is_never_used_twice(house: House) -> None:
    """Each time a withdrawal of its own is sent to a gateway that is about to die, and again to one that lives."""
    draw = random.Random(20261128)
    async with house.gateway("lives") as lives:
        for number in range(ROUNDS):
            amount = f"0.0{number + 1}"
            await house.approve(await house.ticket(lives, amount))
            async with house.gateway(f"dies{number}") as dies:
                asking = asyncio.create_task(house.withdraw(dies, amount))
                await asyncio.sleep(draw.uniform(0, 0.02))
                await dies.stop(signal.SIGKILL)
                await asking
            told = await asyncio.gather(*(house.withdraw(lives, amount) for _ in range(5)))
            assert {status for status, _ in told} <= {200, 403}
            assert len(house.withdrawn()) <= number + 1
        assert len(set(house.withdrawn())) == len(house.withdrawn())
