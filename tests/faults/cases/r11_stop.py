"""R11: a clean stop. Nobody new is let in, those inside may finish for 8 s, what is left is logged `unknown`."""

import asyncio
import signal
import socket
import time

from tests.faults.frame import (
    Answer,
    Client,
    Gateway,
    Row,
    ask_once,
    gateway,
    percentile,
    scaled,
    until,
    write,
)
from tests.faults.upstream import Exchange, Fault, exchange

_STOPS = 10
_INSIDE = 20
_ANSWER_SECONDS = 3.0
_DRAIN_SECONDS = 8.0


async def measure(scale: float) -> list[Row]:
    finishing, leaving = await asyncio.gather(_finishing(), _leaving())
    return [await _door(scaled(_STOPS, scale, 3)), finishing, leaving]


async def _door(stops: int) -> Row:
    """How long after SIGTERM a connection can still be made, with a request under way."""
    seconds = []
    for _ in range(stops):
        async with exchange() as failing, gateway(failing.base) as running:
            failing.script = lambda request: Fault(seconds=0.5) if request.is_write else None
            asking = await _ask_many(running, failing, 1)
            began = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            while await _connects(running):
                pass
            seconds.append(time.monotonic() - began)
            await asyncio.gather(*asking)
    worst = percentile(seconds, 1.0)
    return Row(
        "R11", "accept stops <= 100 ms", f"{worst * 1000:.0f} ms, the longest of {stops}", worst <= 0.1
    )


async def _finishing() -> Row:
    """Writes under way at SIGTERM are answered after 3 s; a client with an open connection comes too late."""
    async with exchange() as failing, gateway(failing.base) as running:
        failing.script = lambda request: Fault(seconds=_ANSWER_SECONDS) if request.is_write else None
        idle = Client(running.host, running.port)
        await idle.ask("GET", "/api/v3/ping")
        asking = await _ask_many(running, failing, _INSIDE)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        late = await idle.ask("GET", "/api/v3/account")
        idle.close()
        answers = await asyncio.gather(*asking)
        code = await running.ended(_DRAIN_SECONDS + 5)
        took = time.monotonic() - began
        flows = running.flows().values()
    good = sum(answer.status == 200 and answer.execution == "answered" for answer in answers)
    logged = sum(flow.method != "GET" and flow.execution == "answered" for flow in flows)
    refused = late.status in (0, 503) and late.execution in ("", "not_sent")
    told = late.error or "hung up on"
    return Row(
        "R11",
        "requests under way are answered, newcomers are not let in",
        f"{good} of {_INSIDE} answered, {logged} logged, newcomer: {told}; exit {code} after {took:.1f} s",
        good == logged == _INSIDE and refused and code == 0 and took <= _ANSWER_SECONDS + 1,
    )


async def _leaving() -> Row:
    """The exchange never answers."""
    async with exchange() as failing, gateway(failing.base) as running:
        failing.script = lambda request: Fault(end="hang") if request.is_write else None
        asking = await _ask_many(running, failing, _INSIDE)
        took = await running.stop()
        answers = await asyncio.gather(*asking)
        code = running.process.returncode
        flows, intents = running.flows(), running.intents()
    unknown = sum(flow.execution == "unknown" for flow in flows.values() if flow.request_id in intents)
    lies = sum(answer.execution in ("not_sent", "answered") for answer in answers)
    return Row(
        "R11",
        "drain 8 s, leftovers logged `unknown`",
        f"{unknown} of {_INSIDE} logged `unknown`, {lies} told otherwise; exit {code} after {took:.1f} s",
        unknown == _INSIDE and not lies and _DRAIN_SECONDS <= took <= _DRAIN_SECONDS + 1.5,
    )


async def _ask_many(running: Gateway, failing: Exchange, number: int) -> list[asyncio.Task[Answer]]:
    """So many writes, each on a connection of its own, all of which the exchange has read."""

    async def one(n: int) -> Answer:
        order = write(f"s{n}", n)
        return await ask_once(running.url, order.method, order.target, order.form)

    asking = [asyncio.create_task(one(n)) for n in range(number)]
    await until(lambda: len(failing.executed) == number)
    return asking


async def _connects(running: Gateway) -> bool:
    with socket.socket() as door:
        door.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(door, (running.host, running.port))
        except OSError:
            return False
    return True
