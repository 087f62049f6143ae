"""Random hostile answers to a real gateway process, and what must hold whatever comes: the second half of `make fuzz`.

Clients on kept connections ask with a tag each; the upstream (tests/hostile/tagged_upstream.py) puts that tag into
whatever it answers. Held: no client sees another's tag, no answer is 500, a write reaches the upstream once and a read
twice at most, the gateway lives, its memory stays flat, each flow is recorded, and the next good request is answered
in under a second.

The first half of a run has answers that are proper HTTP, so that connections are used again; in the second half they
are mangled as well, and followed by what nobody asked for.
"""

import asyncio
import contextlib
import random
import re
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.gateway import GatewayProcess
from harness.usage import memory_kib
from tests.hostile.tagged_upstream import TaggedUpstream, tag_of, tagged_upstream, tags_in
from tests.support.raw_client import RawAnswer, read_answer

IMPATIENT: dict[str, Any] = {
    "upstream": {"answer_seconds": 1.0, "progress_seconds": 1.0, "total_seconds": 3.0}
}
CHECK_EVERY = 5_000
CLIENT_SECONDS = 10.0
FLAT_KIB = 24 * 1024
"""How much memory may grow from a fifth of a run to its end."""
_UNSAFE = re.compile(rb"^\w*records_unsafe_total [1-9]", re.MULTILINE)


@dataclass
class AnswerTally:
    """What came of a run."""

    asked: int = 0
    wrong: int = 0
    own: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest_good: float = 0.0
    early_kib: int = 0
    late_kib: int = 0
    faults: list[str] = field(default_factory=list)


class AnswerFuzzer:
    """Asks, and looks at whose answer comes."""

    def __init__(self, running: GatewayProcess, upstream: TaggedUpstream, chance: random.Random) -> None:
        self._running, self._upstream, self._chance = running, upstream, chance
        self._next = 0
        self.tally = AnswerTally()

    async def run(self, requests: int, deadline: float, clients: int) -> None:
        """Until so many were asked, or the deadline (monotonic), or something did not hold."""
        tally = self.tally
        while tally.asked < requests and time.monotonic() < deadline and not tally.faults:
            self._upstream.mangles = tally.asked >= requests // 2
            batch = min(CHECK_EVERY, max(requests // 10, 1), requests - tally.asked)
            share = [batch // clients + (number < batch % clients) for number in range(clients)]
            await asyncio.gather(*(self._client(part) for part in share))
            await self._check()
            if not tally.early_kib and tally.asked >= requests // 5:
                tally.early_kib = memory_kib(self._running.pid)
        with contextlib.suppress(OSError):
            tally.late_kib = memory_kib(self._running.pid)
        if tally.early_kib and tally.late_kib - tally.early_kib > FLAT_KIB:
            tally.faults.append(f"memory grew from {tally.early_kib} to {tally.late_kib} KiB")

    async def _client(self, requests: int) -> None:
        """On one connection as long as the gateway keeps it."""
        reader = writer = None
        for _ in range(requests):
            if reader is None or writer is None:
                reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
            if not await self._ask(reader, writer):
                writer.transport.abort()
                reader = writer = None
        if writer is not None:
            writer.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection goes on."""
        self._next += 1
        number, writes = self._next, self._chance.random() < 0.4
        self.tally.asked += 1
        writer.write(_request(number, writes=writes, chance=self._chance))
        answer = None
        try:
            async with asyncio.timeout(CLIENT_SECONDS):
                answer = await read_answer(reader)
        except TimeoutError:
            self.tally.faults.append(f"no answer to request {number} in {CLIENT_SECONDS} s")
        except (OSError, EOFError, ValueError):
            self.tally.statuses[0] += 1  # it broke off, and so did ours
        if answer is not None:
            self._look_at(answer, number)
        if (sends := self._upstream.seen.pop(number, 0)) > (1 if writes else 2):
            self.tally.faults.append(f"request {number} was sent {sends} times")
        return answer is not None and answer.header("Connection") != "close"

    def _look_at(self, answer: RawAnswer, number: int) -> None:
        self.tally.statuses[answer.status] += 1
        if answer.status == 500 and answer.header("X-Gateway-Error"):
            self.tally.faults.append(f"500 to request {number}")
        whole = answer.body + b"".join(value.encode("latin-1") for _, value in answer.headers)
        tags = tags_in(whole)
        if tags - {number}:
            self.tally.wrong += 1
            self.tally.faults.append(f"request {number} was given an answer of {sorted(tags)}")
        self.tally.own += tags == {number}

    async def _check(self) -> None:
        """The gateway lives, recorded all, and answers the next good request."""
        self._upstream.honest = True
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
        self._next += 1
        writer.write(_request(self._next, writes=False, chance=self._chance))
        try:
            async with asyncio.timeout(2.0):
                good = await read_answer(reader)
            if good.status != 200 or good.body != tag_of(self._next):
                self.tally.faults.append(
                    f"the next good request was answered {good.status}, {good.body[:300]!r}"
                )
        except (TimeoutError, OSError, EOFError) as error:
            self.tally.faults.append(f"the next good request was not answered: {type(error).__name__}")
        finally:
            writer.transport.abort()
        self.tally.slowest_good = max(self.tally.slowest_good, time.monotonic() - began)
        self._upstream.honest = False
        self._upstream.seen.clear()
        if (code := self._running.process.poll()) is not None:
            self.tally.faults.append(f"the gateway ended with {code}")
        elif _UNSAFE.search(await asyncio.to_thread(_metrics, self._running.admin_url)):
            self.tally.faults.append("a flow was not recorded")


def _metrics(url: str) -> bytes:
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        return bytes(answer.read())


def _request(number: int, *, writes: bool, chance: random.Random) -> bytes:
    if not writes:
        path = chance.choice(
            ("/api/v3/account", "/api/v3/ticker/price", "/sapi/v1/account/status", "/fapi/v2/account")
        )
        return b"GET %b?x=%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (path.encode(), tag_of(number))
    body = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1&x=%b" % tag_of(number)
    head = b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head + body


async def fuzz_answers(requests: int, seconds: float, seed: int, clients: int) -> int:
    """One run; 0 if everything held."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        async with (
            tagged_upstream(chance) as upstream,
            GatewayProcess(upstream.url, Path(directory), config=IMPATIENT) as running,
        ):
            fuzzer = AnswerFuzzer(running, upstream, chance)
            began = time.monotonic()
            await fuzzer.run(requests, began + seconds, clients)
            took = time.monotonic() - began
        if b"internal_error" in running.printed() or b"Traceback" in running.printed():
            fuzzer.tally.faults.append("internal_error in the log")
    _report(fuzzer.tally, upstream, took)
    return 1 if fuzzer.tally.faults else 0


def _report(tally: AnswerTally, upstream: TaggedUpstream, took: float) -> None:
    statuses = ", ".join(f"{status or 'cut'}: {count:,}" for status, count in sorted(tally.statuses.items()))
    print(f"{tally.asked:,} requests with hostile answers, {tally.asked / took:,.0f}/s; answers {statuses}")
    print(f"answers drawn: {', '.join(f'{kind}: {count:,}' for kind, count in upstream.kinds.most_common())}")
    print(
        f"{tally.own:,} showed their own tag, {tally.wrong} wrong; slowest good one {tally.slowest_good * 1000:.0f} ms"
    )
    print(
        f"memory of the gateway: {tally.early_kib / 1024:.0f} MiB, at the end {tally.late_kib / 1024:.0f} MiB"
    )
    for fault in tally.faults[:20]:
        print(f"FAULT {fault}")
    print("held" if not tally.faults else "did NOT hold")
