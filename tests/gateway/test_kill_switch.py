"""The kill switch: signals turn a running gateway read-only and back."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from harness.gateway import API_KEY, API_SECRET, GatewayProcess
from proxy.gateway.kill_switch import KillSwitch
from proxy.sandbox import Sandbox, SandboxKey, start
from proxy.upstream.dial import Dialer
from tests.gateway.house import house

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


async def test_a_signal_stops_writes_at_once_and_another_lets_them_through_again(tmp_path: Path) -> None:
    exchange = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    async with GatewayProcess(exchange.url, tmp_path) as running, ClientSession() as session:

        async def order() -> int:
            async with session.post(running.url + "/api/v3/order", data=ORDER) as answer:
                return answer.status

        async def until(status: int) -> None:
            async with asyncio.timeout(5):
                while await order() != status:
                    await asyncio.sleep(0.01)

        assert await order() == 200
        os.kill(running.pid, signal.SIGUSR1)
        await until(403)
        async with session.get(running.url + "/api/v3/account") as answer:
            assert answer.status == 200
        os.kill(running.pid, signal.SIGUSR1)  # twice is the same as once: nobody has to know how it stands
        await asyncio.sleep(0.05)
        assert await order() == 403
        os.kill(running.pid, signal.SIGUSR2)
        await until(200)
    await exchange.stop()


def test_the_switch_is_off_at_the_start() -> None:
    switch = KillSwitch()
    assert not switch.on
    switch.turn(True, "test")
    assert switch.on


async def test_a_write_that_waits_for_its_connection_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, dialling = asyncio.Event(), asyncio.Event()
    dial = Dialer.open

    async def slowly(*given: Any) -> Any:
        dialling.set()
        await go_on.wait()
        return await dial(*given)

    async with house(tmp_path) as at:
        at.local.ahead += 100  # no connection is at hand any more
        monkeypatch.setattr(Dialer, "open", slowly)
        waiting = asyncio.create_task(at.order())
        await dialling.wait()
        at.running.pipeline.guard.kill_switch.turn(True, "test")
        go_on.set()
        got = await waiting
        assert (got.token, got.execution) == ("read_only", "not_sent")
        assert at.sent == []
        at.running.pipeline.guard.kill_switch.turn(False, "test")
        assert (await at.order()).token == ""
