"""R5: nobody is banned through us. After 429 and 418 nothing leaves until the exchange wants to hear from us."""

import asyncio
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

from tests.faults.frame import (
    Answer,
    Client,
    Gateway,
    Row,
    ask_once,
    gateway,
    read,
    scaled,
    until,
    write,
)
from tests.faults.upstream import Exchange, Fault, Request, exchange, http

_CLIENTS = 200
_PAUSE_SECONDS = 0.2
_ASKED_SECONDS = 4
_BAN_SECONDS = 300
_SLACK_MS = 5

_WEIGHT = {
    "code": -1003,
    "msg": "Too much request weight used; current limit is 6000 request weight per 1 MINUTE.",
}
_BANNED = {"code": -1003, "msg": "Way too much request weight used; IP banned until 1795269600000."}
_ORDERS = {"code": -1015, "msg": "Too many new orders; current limit is 100 orders per 10 SECOND."}


async def measure(scale: float) -> list[Row]:
    clients = scaled(_CLIENTS, scale, 20)
    return [await _weight(clients), await _ban(clients), await _orders()]


async def _weight(clients: int) -> Row:
    """Everybody is calling when the 429 comes; it is the answer to whatever arrives from then on."""
    async with exchange() as failing, gateway(failing.base) as running:
        callers = _Callers(running, clients)
        async with callers:
            await asyncio.sleep(1)
            failing.script = _always(http(429, _WEIGHT, f"Retry-After: {_ASKED_SECONDS}"))
            await callers.until(lambda answer: answer.status == 429 and not answer.error)
            seen_ms, seen = failing.unix_ms(), time.monotonic()
            await asyncio.sleep(_ASKED_SECONDS - 0.3)
            held_until = time.monotonic()
        late = _later(failing, seen_ms, seen, held_until)
        local = [answer for at, answer in callers.answers if seen + 0.2 < at < held_until]
        proper = sum(_proper(answer, _ASKED_SECONDS) for answer in local)
        failing.script = lambda _request: None
        await asyncio.sleep(max(0.0, seen + _ASKED_SECONDS + 0.2 - time.monotonic()))
        again = await ask_once(running.url, "GET", read("again").target)
    return Row(
        "R5",
        f"0 requests during a hold, under {clients} clients",
        f"{late} sent in the {_ASKED_SECONDS} s after a 429, {proper:,} of {len(local):,} calls answered "
        f"locally, then {again.status}",
        late == 0 and proper == len(local) > 0 and again.status == 200,
        "counted by the timestamp that the gateway signed; time questions by their arrival",
    )


async def _ban(clients: int) -> Row:
    """The gateway is killed during a ban and started again."""
    with tempfile.TemporaryDirectory(prefix="faults-ban-") as folder:
        async with exchange() as failing:
            async with gateway(failing.base, directory=Path(folder)) as running:
                failing.script = _always(http(418, _BANNED, f"Retry-After: {_BAN_SECONDS}"))
                banned = await ask_once(running.url, "GET", read("banned").target)
                await running.stop(signal.SIGKILL)
            before = failing.requests
            failing.script = lambda _request: None
            async with gateway(failing.base, directory=Path(folder)) as running:
                callers = _Callers(running, clients)
                async with callers:
                    await asyncio.sleep(2)
            sent = failing.requests - before
    answers = [answer for _, answer in callers.answers]
    proper = sum(_proper(answer, _BAN_SECONDS) for answer in answers)
    return Row(
        "R5",
        "a 418 hold survives a restart",
        f"{sent} sent after kill -9 and a new start, {proper:,} of {len(answers):,} calls answered locally",
        banned.status == 418 and sent == 0 and proper == len(answers) > 0,
    )


async def _orders() -> Row:
    """-1015 counts orders: cancels and reads go on."""
    async with exchange() as failing, gateway(failing.base) as running:
        failing.script = _always(http(429, _ORDERS, f"Retry-After: {_ASKED_SECONDS}"))
        first = write("o0", 0)
        await ask_once(running.url, first.method, first.target, first.form)
        failing.script = lambda _request: None
        placed = [await _ask(running, f"p{n}", 0) for n in range(20)]
        cancelled = [await _ask(running, f"c{n}", 1) for n in range(20)]
        asked = [await ask_once(running.url, "GET", read(f"r{n}").target) for n in range(20)]
        arrived = sum(failing.executed[f"p{n}"] for n in range(20))
    held = sum(_proper(answer, _ASKED_SECONDS) for answer in placed)
    passed = sum(answer.status == 200 for answer in cancelled + asked)
    return Row(
        "R5",
        "-1015 holds orders only",
        f"{held} of 20 orders held ({arrived} arrived), {passed} of 40 cancels and reads answered",
        held == 20 and arrived == 0 and passed == 40,
    )


async def _ask(running: Gateway, test_id: str, kind: int) -> Answer:
    order = write(test_id, kind)
    return await ask_once(running.url, order.method, order.target, order.form)


def _always(octets: bytes) -> Callable[[Request], Fault | None]:
    return lambda request: None if request.is_time else Fault(octets)


def _proper(answer: Answer, most_seconds: int) -> bool:
    """Refused by the gateway, with the seconds that are left."""
    told = (answer.status, answer.error, answer.execution)
    left = int(answer.headers.get("retry-after", "0"))
    return told == (429, "upstream_backoff", "not_sent") and 0 < left <= most_seconds


def _later(failing: Exchange, seen_ms: int, seen: float, until: float) -> int:
    """Requests that the gateway sent when a client had been told of the hold already."""
    late = 0
    for request in failing.received:
        stamps = parse_qs(request.query.decode()).get("timestamp")
        if stamps:
            late += int(stamps[0]) > seen_ms + _SLACK_MS and request.at < until
        else:
            late += seen + 0.1 < request.at < until
    return late


class _Callers:
    """So many clients, each calling again after a short pause; their answers with the instants."""

    def __init__(self, running: Gateway, number: int) -> None:
        self._running = running
        self._number = number
        self._tasks: list[asyncio.Task[None]] = []
        self.answers: list[tuple[float, Answer]] = []

    async def __aenter__(self) -> None:
        self._tasks = [asyncio.create_task(self._call(n)) for n in range(self._number)]

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, right: Callable[[Answer], bool]) -> None:
        """Wait for the first such answer, from now on."""
        place = len(self.answers)
        await until(lambda: any(right(answer) for _, answer in self.answers[place:]))

    async def _call(self, caller: int) -> None:
        client = Client(self._running.host, self._running.port)
        await asyncio.sleep(_PAUSE_SECONDS * caller / self._number)
        for turn in range(1_000_000):
            order = write(f"c{caller}-{turn}", turn) if turn % 2 else read(f"c{caller}-{turn}")
            answer = await client.ask(order.method, order.target, order.form)
            self.answers.append((time.monotonic(), answer))
            await asyncio.sleep(_PAUSE_SECONDS)
