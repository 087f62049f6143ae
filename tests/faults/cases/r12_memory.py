"""R12: bounded memory. What clients and the exchange can do to a gateway makes it grow by less than 64 MiB.

Growth is the peak of the resident set (VmHWM, begun anew before each abuse) over what was resident before it. The
gateway has served some thousand requests by then: what it needs for ordinary work is there.
"""

import asyncio
import contextlib
import resource
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from harness.usage import forget_peak, memory_kib
from tests.faults.frame import Client, Gateway, Row, gateway, load, read, scaled
from tests.faults.upstream import Fault, Request, exchange, http

LIMIT_MIB: Final = 64.0
BIG: Final = 20 * 1024 * 1024
IDLE: Final = 10_000
_HEAD: Final = b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\n"
_FORM: Final = _HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 65000\r\n\r\n"
_HOLD_SECONDS: Final = 2.0

type Abuse = Callable[[Gateway, int], Awaitable[str]]
"""Does it with so many connections; says what came of it."""


async def measure(scale: float) -> list[Row]:
    files = _raise_files(IDLE + 2000)
    many, idlers = scaled(400, scale, least=40), min(scaled(IDLE, scale, least=600), files - 1000)
    abuses: tuple[tuple[str, Abuse, int], ...] = (
        ("slow readers of 20 MB answers", slow_readers, scaled(100, scale, least=8)),
        ("20 MB answers at once, read at full speed", big_answers, scaled(100, scale, least=8)),
        ("heads that never end", slow_heads, many),
        ("bodies of 65 kB that never end", slow_bodies, many),
        ("headers of 500 kB that never end", huge_headers, many),
        ("connections of which none says a word, 512 allowed", idle, idlers),
        ("answers of the exchange that are a head without end", endless_head, 8),
    )
    rows = [await row(name, abuse, count, scale) for name, abuse, count in abuses]
    name = "idle connections, all allowed (limits.connections raised)"
    return [*rows, await row(name, idle, idlers, scale, limits={"connections": idlers + 10})]


async def row(name: str, abuse: Abuse, count: int, scale: float, **config: Any) -> Row:
    """One abuse of a gateway of its own: what the one before left behind would hide what this one takes."""
    async with _house(scale, **config) as running:
        await asyncio.sleep(0.3)
        forget_peak(running.pid)
        before = memory_kib(running.pid)
        said = await abuse(running, count)
        growth = (memory_kib(running.pid, "VmHWM") - before) / 1024
        await asyncio.sleep(0.2)
        client = Client(running.host, running.port)
        good = await client.ask("GET", "/api/v3/account")
        client.close()
    held = growth < LIMIT_MIB and good.status == 200
    measured = f"+{growth:.1f} MiB over {before / 1024:.0f} MiB; {said}; next good request {good.status}"
    return Row("R12", f"{count} {name}: growth < {LIMIT_MIB:.0f} MiB", measured, held)


@asynccontextmanager
async def _house(scale: float, **config: Any) -> AsyncIterator[Gateway]:
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with (
            exchange() as upstream,
            gateway(upstream.base, journal=Path(name) / "journal", config=config) as running,
        ):
            upstream.script, upstream.keep_received = _script, False
            await load(
                running, [read(f"w{number}") for number in range(scaled(4000, scale, least=500))], clients=64
            )
            client = Client(running.host, running.port)
            for _ in range(3):
                await client.ask("GET", "/api/v3/depth")
            client.close()
            yield running


_BIG_ANSWER: Final = http(200, b'{"bids":["' + b"x" * BIG + b'"]}')


_ENDLESS: Final = b"HTTP/1.1 200 OK\r\n" + b"X-More: %b\r\n" % (b"a" * 4000) * 16_000


def _script(request: Request) -> Fault | None:
    if request.path == "/api/v3/ticker/price":
        return Fault(_ENDLESS, end="hang")
    return Fault(_BIG_ANSWER) if request.path == "/api/v3/depth" else None


async def slow_readers(running: Gateway, count: int) -> str:
    """They ask for 20 MB each and read 1 KiB now and then."""
    ask = b"GET /api/v3/depth HTTP/1.1\r\nHost: localhost\r\n\r\n"
    async with _connections(running, count, ask) as open_ones:
        for _ in range(20):
            for reader, _ in open_ones:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1024), 0.05)
            await asyncio.sleep(0.1)
    return f"{len(open_ones)} stood for {_HOLD_SECONDS:.0f} s"


async def big_answers(running: Gateway, count: int) -> str:
    async def one() -> int:
        client = Client(running.host, running.port, timeout=120)
        answer = await client.ask("GET", "/api/v3/depth")
        client.close()
        return len(answer.body)

    sizes = await asyncio.gather(*(one() for _ in range(count)))
    return f"{sum(size > BIG for size in sizes)} whole"


async def slow_heads(running: Gateway, count: int) -> str:
    return await _dribble(running, count, _HEAD + b"X-Slow: ", b"a")


async def slow_bodies(running: Gateway, count: int) -> str:
    """Nearly all of the body at once, then an octet now and then."""
    return await _dribble(running, count, _FORM + b"x" * 64_000, b"x")


async def huge_headers(running: Gateway, count: int) -> str:
    """The most lines of the greatest length, and no end."""
    lines = b"".join(b"X-Long-%d: %b\r\n" % (number, b"a" * 8_000) for number in range(60))
    return await _dribble(running, count, _HEAD + lines, b"X")


async def idle(running: Gateway, count: int) -> str:
    """Connections that are opened and left alone."""
    async with _connections(running, count, b"") as open_ones:
        await asyncio.sleep(_HOLD_SECONDS)
        spoken_to = await _spoken_to([reader for reader, _ in open_ones])
    return f"{len(open_ones) - spoken_to} of {count} were let in"


async def endless_head(running: Gateway, count: int) -> str:
    """The exchange answers with header lines for ever (64 MB, then it hangs)."""

    async def one() -> int:
        client = Client(running.host, running.port, timeout=20)
        answer = await client.ask("GET", "/api/v3/ticker/price")
        client.close()
        return answer.status

    statuses = await asyncio.gather(*(one() for _ in range(count)))
    return f"answered {', '.join(map(str, sorted(set(statuses))))}"


@asynccontextmanager
async def _connections(
    running: Gateway, count: int, first: bytes
) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    """So many connections on which this much was said; aborted at the end."""
    made: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def one() -> None:
        with contextlib.suppress(OSError):
            made.append(await asyncio.open_connection(running.host, running.port, limit=2048))
            made[-1][1].write(first)

    try:
        for start in range(0, count, 200):
            await asyncio.gather(*(one() for _ in range(min(200, count - start))))
        yield made
    finally:
        for _, writer in made:
            writer.transport.abort()


async def _dribble(running: Gateway, count: int, first: bytes, more: bytes) -> str:
    """Most of a request at once, then an octet at a time."""
    async with _connections(running, count, first) as open_ones:
        for _ in range(int(_HOLD_SECONDS / 0.2)):
            await asyncio.sleep(0.2)
            for _, writer in open_ones:
                if not writer.is_closing():
                    writer.write(more)
        spoken_to = await _spoken_to([reader for reader, _ in open_ones])
    return f"{len(open_ones) - spoken_to} of {count} still wait after {_HOLD_SECONDS:.0f} s"


async def _spoken_to(readers: list[asyncio.StreamReader]) -> int:
    """On how many of them something came: a refusal, or the end."""
    reading = [asyncio.create_task(reader.read(1)) for reader in readers]
    done, waiting = await asyncio.wait(reading, timeout=0.5)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    return len(done)


def _raise_files(wanted: int) -> int:
    """As many open files as may be; the gateway inherits it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
