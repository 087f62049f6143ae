"""R7: clock steps do no harm. The wall clock of a running gateway jumps by an hour and a day, both ways, and its
machine sleeps for eight hours.

Steps are made by libfaketime, which serves the wall clock from a file and leaves CLOCK_MONOTONIC alone, as
clock_settime(2) does. It cannot let CLOCK_BOOTTIME alone go on: the sleep is made inside the process, by adding to
what `time.clock_gettime` and `time.time_ns` say (inject/sitecustomize.py). The exchange judges by real time.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from tests.faults.frame import Client, Gateway, Row, ask_once, gateway, read, write
from tests.faults.inside import injected, write as write_file
from tests.faults.upstream import Exchange, Fault, Request, exchange, http

LIBRARY: Final = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
"""Debian package libfaketime."""
_MISSING: Final = "not measured: install the Debian package libfaketime"

HOUR, DAY = 3600, 86_400
STEPS: Final = (("+1 h", HOUR), ("-1 h", 0), ("+1 d", DAY), ("-1 d", 0))
"""Name of a step, and the offset of the wall clock after it."""
_SLEEP: Final = 8 * HOUR
LATE_SECONDS: Final = 0.1

_ANSWER_SECONDS: Final = 1.5
_BODY_SECONDS: Final = 1.2
_HOLD_SECONDS: Final = 2
_CONFIG: Final = {
    "upstream": {"answer_seconds": _ANSWER_SECONDS},
    "limits": {"body_seconds": _BODY_SECONDS},
    "clock": {"refresh_seconds": 3600},
    "orders": {"outcome_wait_seconds": 0},  # the answer itself is timed, not the look-up of what became of it
}
_TOO_MANY_ORDERS: Final = http(
    429, {"code": -1015, "msg": "Too many new orders."}, f"Retry-After: {_HOLD_SECONDS}"
)


@dataclass
class Seen:
    """What came of one step."""

    reads: int = 0
    not_200: int = 0
    refused: int = 0  # by the exchange: -1021, -1022
    extra: int = 0  # sends beyond one for each read
    late: dict[str, float] = field(default_factory=dict)  # a wait -> seconds it was off

    def held(self, most_late: float = LATE_SECONDS, *, slept: bool = False) -> bool:
        """`slept`: a hold may have run out meanwhile, for the exchange did not sleep."""
        late = {wait: off for wait, off in self.late.items() if not (slept and wait == "hold" and off < 0)}
        return not self.not_200 and self.extra <= 1 and all(abs(off) <= most_late for off in late.values())

    def __str__(self) -> str:
        waits = ", ".join(f"{name} {late * 1000:+.0f} ms" for name, late in self.late.items())
        return f"{self.reads} signed reads, {self.not_200} failed, {self.refused} x -1021, {self.extra} sent again; {waits}"


async def measure(scale: float) -> list[Row]:
    steps = STEPS if scale >= 0.05 else STEPS[:2]
    return [*await stepped(steps), await first_request(), *await slept()]


async def stepped(steps: tuple[tuple[str, int], ...], most_late: float = LATE_SECONDS) -> list[Row]:
    """One row for each step of the wall clock."""
    wanted = "wall clock {}: time-outs and holds within 100 ms, at most 1 extra round trip"
    if LIBRARY is None:
        return [Row("R7", wanted.format(name), _MISSING, held=False) for name, _ in steps]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        offset = Path(name) / "offset"
        write_file(offset, "+0")
        async with (
            exchange() as upstream,
            gateway(upstream.base, config=_CONFIG, environment=faketime(offset)) as running,
        ):
            for step, seconds in steps:
                seen = await _through(running, upstream, partial(write_file, offset, f"+{seconds}"))
                rows.append(Row("R7", wanted.format(step), str(seen), seen.held(most_late)))
    return rows


async def first_request() -> Row:
    """The wall clock is an hour wrong before the gateway starts."""
    wanted = "wall clock 1 h wrong at the start: the first signed request is right"
    if LIBRARY is None:
        return Row("R7", wanted, _MISSING, held=False)
    with tempfile.TemporaryDirectory() as name:
        offset = Path(name) / "offset"
        write_file(offset, f"+{HOUR}")
        async with exchange() as upstream, gateway(upstream.base, environment=faketime(offset)) as running:
            order = write("first")
            answer = await ask_once(running.url, order.method, order.target, order.form)
            refused = upstream.refused
    good = answer.status == 200 and refused == 0
    return Row("R7", wanted, f"status {answer.status}, {refused} x -1021", good)


async def slept() -> list[Row]:
    """The machine sleeps: every clock but CLOCK_MONOTONIC goes on, and no connection is left at the other end."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "slept"
        write_file(file, "0")
        async with (
            exchange() as upstream,
            gateway(upstream.base, config=_CONFIG, environment=injected(slept=file)) as running,
        ):

            def sleep() -> None:
                write_file(file, str(_SLEEP))
                upstream.clock_offset_ms = _SLEEP * 1000

            seen = await _through(running, upstream, sleep, quiet=0.1)
            first = await _after_another_sleep(running, upstream, file)
    note = "made inside the process (time.clock_gettime, time.time_ns): libfaketime cannot do it"
    return [
        Row(
            "R7",
            "8 h asleep: time-outs and holds within 100 ms, at most 1 extra round trip",
            str(seen),
            seen.held(slept=True),
            note,
        ),
        Row("R7", "8 h asleep: the first write takes a new connection", *first, note),
    ]


async def _after_another_sleep(running: Gateway, upstream: Exchange, file: Path) -> tuple[str, bool]:
    """Connections from before look open here and are gone at the other end: whoever writes to them gets a reset."""
    client = Client(running.host, running.port)
    before = write("before")
    await client.ask(before.method, before.target, before.form)
    write_file(file, str(2 * _SLEEP))
    upstream.clock_offset_ms = 2 * _SLEEP * 1000
    upstream.stale_share = 1.0
    order = write("after")
    answer = await client.ask(order.method, order.target, order.form)
    client.close()
    upstream.stale_share = 0.0
    return f"status {answer.status} {answer.error}, execution {answer.execution}".replace(
        "  ", " "
    ), answer.status == 200


def faketime(offset: Path) -> dict[str, str]:
    """The environment in which the wall clock is off by what `offset` says, at each look."""
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else threads wait for each other on the clock that steps
    }


async def _through(
    running: Gateway, upstream: Exchange, step: Callable[[], None], *, quiet: float = 0.0
) -> Seen:
    """Signed reads before, while and after the clock steps, with waits of every kind under way."""
    seen, going, over = Seen(), asyncio.Event(), asyncio.Event()
    going.set()
    sent_before, refused_before = _sent(upstream), upstream.refused
    upstream.script = _script
    load = [asyncio.create_task(_reads(running, seen, going, over, number)) for number in range(4)]
    await asyncio.sleep(0.3)
    waits = [asyncio.create_task(one(running)) for one in (_silence, _half_body, _hold)]
    await asyncio.sleep(0.4)
    if quiet:  # what is on its way when a machine falls asleep arrives hours late: a question of its own
        going.clear()
        await asyncio.sleep(quiet)
    step()
    going.set()
    for name, late in await asyncio.gather(*waits):
        seen.late[name] = late
    over.set()
    await asyncio.gather(*load)
    seen.refused = upstream.refused - refused_before
    seen.extra = _sent(upstream) - sent_before - seen.reads + seen.refused
    return seen


def _sent(upstream: Exchange) -> int:
    """Reads of ours that arrived; the gateway's own look-ups of orders are none."""
    return sum(times for test_id, times in upstream.asked.items() if test_id.startswith("r"))


async def _reads(
    running: Gateway, seen: Seen, going: asyncio.Event, over: asyncio.Event, number: int
) -> None:
    client, count = Client(running.host, running.port), 0
    while not over.is_set():
        await going.wait()
        order = read(f"r{number}-{count}")
        answer = await client.ask(order.method, order.target)
        count += 1
        seen.reads += 1
        seen.not_200 += answer.status != 200
        await asyncio.sleep(0.005)
    client.close()


def _script(request: Request) -> Fault | None:
    if request.test_id == "silence":
        return Fault(octets=None, end="hang")
    if request.test_id == "hold":
        return Fault(_TOO_MANY_ORDERS)
    return None


async def _silence(running: Gateway) -> tuple[str, float]:
    """An exchange that does not answer; a cancel, which no hold on orders holds back."""
    cancel = "/api/v3/order?symbol=BTCUSDT&orderId=28&newClientOrderId=silence"
    answer = await ask_once(running.url, "DELETE", cancel)
    assert answer.status == 504, answer
    return "silence", answer.seconds - _ANSWER_SECONDS


async def _half_body(running: Gateway) -> tuple[str, float]:
    """A client that sends half a form."""
    label = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 9")
    answer = await ask_once(running.url, "POST", "/api/v3/order/test", b"", *label)
    assert answer.status == 408, answer
    return "half a body", answer.seconds - _BODY_SECONDS


async def _hold(running: Gateway) -> tuple[str, float]:
    """Too many orders: none leaves for as long as Binance said, and one may then."""
    client = Client(running.host, running.port)
    first = await client.ask("POST", "/api/v3/order", write("hold").form)
    began = time.monotonic() - first.seconds  # the answer itself may wait for the rules that explain it
    assert first.status == 429, first
    answer = first
    while answer.status == 429:
        await asyncio.sleep(0.01)
        answer = await client.ask("POST", "/api/v3/order", write("held").form)
    client.close()
    assert answer.status == 200, answer
    return "hold", time.monotonic() - began - _HOLD_SECONDS
