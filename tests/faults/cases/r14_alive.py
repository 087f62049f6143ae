"""R14: alive after anything. A good request is answered 200 in under a second after each hostile input.

Inputs: every request of the hostile list (tests/data/hostile.jsonl), answers of the exchange that break HTTP, and
hostile requests (tests/hostile/fuzz_requests.py), while a good client goes on asking.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from tests.faults.frame import Client, Gateway, Row, gateway, read, scaled
from tests.faults.upstream import Fault, Request, exchange, http
from tests.hostile.entries import raw_entries
from tests.hostile.fuzz_requests import UNDELAYED, Fuzzer
from tests.support.recording_upstream import recording_upstream

FUZZED: Final = 1_000_000
CONNECTIONS: Final = 32
_GOOD_SECONDS: Final = 1.0
_BETWEEN_SECONDS: Final = 0.02
_OK: Final = b"HTTP/1.1 200 OK\r\n"
ANSWERS: Final[dict[str, bytes]] = {
    "bare LF": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "CR in a value": _OK + b"X-A: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\n{}",
    "escape in the reason": b"HTTP/1.1 200 O\x1b[31mK\r\nContent-Length: 2\r\n\r\n{}",
    "length and chunks": _OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two answers at once": _OK + b"Content-Length: 2\r\n\r\n{}" + http(200, {"other": 1}),
    "negative length": _OK + b"Content-Length: -1\r\n\r\n{}",
    "huge length": _OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "chunk of 2^64": _OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    "50 interims": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50 + http(200, {}),
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "nothing but zeros": bytes(100_000),
    "a status of 999": b"HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\n{}",
    "gzip that is none": _OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "deep JSON": http(400, b"[" * 60_000),
    "a code that is none": http(400, b'{"code":{"code":1e999},"msg":[null]}'),
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\nContent-Length: 0\r\n\r\n",
}


@dataclass
class Good:
    """The good requests."""

    asked: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def note(self, status: int, seconds: float, after: str) -> None:
        self.asked += 1
        self.slowest = max(self.slowest, seconds)
        if status != 200 or seconds >= _GOOD_SECONDS:
            self.failed.append(f"{after}: {status} after {seconds:.2f} s")

    def row(self, wanted: str, more: str = "") -> Row:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        measured = f"{self.asked} good requests{failed}, the slowest {self.slowest * 1000:.0f} ms{more}"
        return Row("R14", wanted, measured, self.asked > 0 and not self.failed, "; ".join(self.failed[:5]))


async def measure(scale: float) -> list[Row]:
    return [
        await hostile_requests(),
        await hostile_answers(),
        *await fuzzed(scaled(FUZZED, scale, least=1000)),
    ]


async def hostile_requests() -> Row:
    good = Good()
    async with exchange() as upstream, gateway(upstream.base) as running:
        for entry in raw_entries():
            _, writer = await asyncio.open_connection(running.host, running.port)
            with contextlib.suppress(OSError):
                writer.write(entry.octets(running.port))
                await asyncio.wait_for(writer.drain(), 1)
            await _ask(running, good, entry.id)
            writer.transport.abort()
    return good.row(f"{good.asked} requests of the hostile list: the next good request < 1 s")


async def hostile_answers(names: Collection[str] = ANSWERS.keys()) -> Row:
    good = Good()

    def script(request: Request) -> Fault | None:
        name = request.test_id.partition(".")[0]
        answer = ANSWERS.get(list(ANSWERS)[int(name)]) if name.isdecimal() else None
        return Fault(answer, end="close") if answer is not None else None

    async with exchange() as upstream, gateway(upstream.base) as running:
        upstream.script = script
        for name in names:
            bad = read(f"{list(ANSWERS).index(name)}.x")
            client = Client(running.host, running.port, timeout=20)
            asking = asyncio.create_task(client.ask(bad.method, bad.target))
            await asyncio.sleep(_BETWEEN_SECONDS)
            await _ask(running, good, name)
            await asking
            client.close()
            await _ask(running, good, name)
    return good.row(f"{len(names)} answers that break HTTP or JSON: the next good request < 1 s")


async def fuzzed(count: int) -> list[Row]:
    """Mutated requests over many connections, and a good client beside them all the time."""
    good = Good()
    async with recording_upstream() as upstream, gateway(upstream.url, config=UNDELAYED) as running:
        fuzzer = Fuzzer(running, upstream, random.Random(count))
        beside = asyncio.create_task(_beside(running, good))
        began = time.monotonic()
        await fuzzer.run(count, began + 7200, CONNECTIONS)
        took = time.monotonic() - began
        beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside
        inside = "internal_error" in running.log.read_text()
    tally = fuzzer.tally
    statuses = ", ".join(f"{status or 'none'}: {times}" for status, times in sorted(tally.statuses.items()))
    faults = [*tally.faults, *(["internal_error in the log"] if inside else [])]
    seen = (
        f"{tally.seen} let through, all signed and clean; answers {statuses}"
        if not faults
        else str(faults[:3])
    )
    wanted = f"{count:,} mutated requests: lives, never answers 500, lets clean ones through only"
    held = not faults and tally.sent >= count
    return [
        Row("R14", wanted, f"{tally.sent:,} in {took:.0f} s, {seen}", held),
        good.row(f"{count:,} mutated requests: a good request in between < 1 s"),
    ]


async def _beside(running: Gateway, good: Good) -> None:
    while True:
        await _ask(running, good, "mutated requests")
        await asyncio.sleep(_BETWEEN_SECONDS)


async def _ask(running: Gateway, good: Good, after: str) -> None:
    client = Client(running.host, running.port, timeout=5)
    answer = await client.ask("GET", "/api/v3/account?good=1")
    client.close()
    good.note(answer.status, answer.seconds, after)
