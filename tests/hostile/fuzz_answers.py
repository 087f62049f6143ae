"""Random hostile answers to real gateway processes, and what must hold whatever comes: the second half of `make fuzz`.

Clients on kept connections ask with a tag each; the upstream (tests/hostile/tagged_upstream.py) puts that tag into
whatever it answers. Held: no client sees another's tag, no answer is 500, a write reaches the upstream once and a read
twice at most, the gateway lives, its memory stays flat, each flow is recorded, and the next good request is answered
in under two seconds.

A run has three stages, since a gateway learns: from the first octet that nobody asked for, it uses each connection once for
ten minutes, and an answer that asks to wait stops everything. So first come answers that are proper HTTP, over connections that
are used again; then everything else, to the same gateway; and then all of it, with answers that ask to wait, to one
that forgets both at once (tests/hostile/forgetful_gateway.py), so that it goes on using its connections.
"""

import asyncio
import random
import re
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.gateway import GatewayProcess
from tests.hostile.drawn_answers import tag_of, tags_in
from tests.hostile.fuzz_run import End, MemoryTrack, verdict
from tests.hostile.tagged_upstream import UNASKED, Manners, TaggedUpstream, tagged_upstream
from tests.support.raw_client import RawAnswer, read_answer

IMPATIENT: Final[dict[str, Any]] = {
    "upstream": {"answer_seconds": 0.5, "progress_seconds": 0.5, "total_seconds": 2.0},
    "limits": {"refusal_delay_seconds": 0},
}
CHECKS: Final = 20
"""Of each stage: the gateway is looked at so often."""
WARM: Final = 35_000
"""After so many answers the gateway's memory was flat."""
CLIENT_SECONDS: Final = 60.0
"""How long a client waits for an answer. The gateway gives up after 2 s; the rest is for a machine that is busy elsewhere."""
GOOD_SECONDS: Final = 2.0
_HELD_SECONDS: Final = 0.01
"""How long a client waits that was told to."""
_OWN_TOKEN: Final = "internal_error"
_WAITING: Final = frozenset({"upstream_backoff", "weight_exhausted"})
"""What a request is refused with while the gateway waits: it says nothing of the answers, and counts apart."""
_UNSAFE: Final = re.compile(rb"^\w*records_unsafe_total [1-9]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stage:
    """Answers are drawn by `manners` until this part of all requests was asked."""

    name: str
    until: float
    manners: Manners


AS_IT_COMES: Final = (
    Stage("proper HTTP", 0.35, Manners()),
    Stage("all kinds, a gateway that has learnt", 0.6, Manners(odd=0.15, mangled=0.15, unasked=0.1)),
)
FORGETFUL: Final = (
    Stage(
        "all kinds, a gateway that forgets",
        1.0,
        Manners(odd=0.03, mangled=0.03, unasked=0.02, waits=0.005),
    ),
)


@dataclass
class AnswerTally:
    """What came of a stage."""

    asked: int = 0
    wrong: int = 0
    crossed: int = 0
    own: int = 0
    held: int = 0
    slowest: float = 0.0
    slowest_good: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class AnswerFuzzer:
    """Asks one gateway, and looks at whose answer comes."""

    def __init__(
        self, running: GatewayProcess, upstream: TaggedUpstream, chance: random.Random, first: int = 0
    ) -> None:
        """`first`: the number of the last request before, of this run."""
        self._running, self._upstream, self._chance = running, upstream, chance
        self.last = first
        self._done = 0
        self.tally = AnswerTally()

    async def run(
        self, stage: Stage, requests: int, deadline: float, clients: int, memory: MemoryTrack
    ) -> AnswerTally:
        """Until so many were answered, or the deadline (monotonic), or something did not hold."""
        self.tally = tally = AnswerTally()
        while tally.asked < requests and time.monotonic() < deadline and not tally.faults:
            self._upstream.manners = stage.manners
            batch = min(max(requests // CHECKS, 1), requests - tally.asked)
            await self._batch(batch, deadline, clients)
            await self._check()
            self._done += batch
            memory.note(self._done, self._running.pid)
        return tally

    async def _batch(self, requests: int, deadline: float, clients: int) -> None:
        """Each client takes the next request of all as soon as it is free: a slow answer holds up one client alone."""
        until = self.tally.asked + requests

        async def client() -> None:
            reader = writer = None
            while self.tally.asked < until and time.monotonic() < deadline:
                if reader is None or writer is None:
                    reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
                if not await self._ask(reader, writer):
                    writer.transport.abort()
                    reader = writer = None
            if writer is not None:
                writer.transport.abort()

        await asyncio.gather(*(client() for _ in range(clients)))

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection goes on."""
        self.last += 1
        number, writes = self.last, self._chance.random() < 0.4
        self.tally.asked += 1
        writer.write(_request(number, writes=writes, chance=self._chance))
        answer, began = None, time.monotonic()
        try:
            async with asyncio.timeout(CLIENT_SECONDS):
                answer = await read_answer(reader)
        except TimeoutError:
            self.tally.faults.append(f"no answer to request {number} in {CLIENT_SECONDS} s")
        except (OSError, EOFError, ValueError):
            self.tally.statuses[0] += 1  # it broke off, and so did ours
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - began)
        if answer is not None:
            await self._look_at(answer, number)
        if (sends := self._upstream.seen.pop(number, 0)) > (1 if writes else 2):
            self.tally.faults.append(f"request {number} was sent {sends} times")
        return answer is not None and answer.header("Connection") != "close"

    async def _look_at(self, answer: RawAnswer, number: int) -> None:
        token = answer.header("X-Gateway-Error")
        if token in _WAITING:
            self.tally.held += 1
            self.tally.asked -= 1
            await asyncio.sleep(_HELD_SECONDS)
            return
        self.tally.statuses[answer.status] += 1
        if token == _OWN_TOKEN or (answer.status == 500 and token):
            self.tally.faults.append(f"500 {token} to request {number}")
        tags = tags_in(answer.body + b"".join(value.encode("latin-1") for _, value in answer.headers))
        if others := tags - {number}:
            self._note_other(number, others)
        self.tally.own += tags == {number}

    def _note_other(self, number: int, others: set[int]) -> None:
        """An answer to somebody else. What crossed a request on its way could be told by nobody; all else is a fault."""
        if others <= self._upstream.crossed:
            self.tally.crossed += 1
            return
        self.tally.wrong += 1
        whose = ", ".join(
            f"one that came unasked {self._upstream.unasked[other - UNASKED]}"
            if other >= UNASKED
            else f"request {other}"
            for other in sorted(others)
        )
        self.tally.faults.append(f"request {number} was given the answer of {whose}")

    async def _check(self) -> None:
        """The gateway lives, recorded all, and answers the next good request."""
        self._upstream.manners = Manners(honest=True)
        await asyncio.sleep(_HELD_SECONDS)
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
        self.last += 1
        writer.write(_request(self.last, writes=False, chance=self._chance))
        try:
            async with asyncio.timeout(GOOD_SECONDS):
                good = await read_answer(reader)
            if good.status != 200 or good.body != tag_of(self.last):
                self.tally.faults.append(
                    f"the next good request was answered {good.status}, {good.body[:300]!r}"
                )
        except (TimeoutError, OSError, EOFError) as error:
            self.tally.faults.append(f"the next good request was not answered: {type(error).__name__}")
        finally:
            writer.transport.abort()
        self.tally.slowest_good = max(self.tally.slowest_good, time.monotonic() - began)
        self._upstream.seen.clear()
        if (code := self._running.process.poll()) is not None:
            self.tally.faults.append(f"the gateway ended with {code}")
        elif _UNSAFE.search(await asyncio.to_thread(_metrics, self._running.admin_url)):
            self.tally.faults.append("a flow was not recorded")


def _metrics(url: str) -> bytes:
    with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
        return bytes(answer.read())


def _request(number: int, *, writes: bool, chance: random.Random) -> bytes:
    """A read, or an order whose tag is in its body or in its query."""
    if not writes:
        path = chance.choice(
            ("/api/v3/account", "/api/v3/ticker/price", "/sapi/v1/account/status", "/fapi/v2/account")
        )
        return b"GET %b?x=%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (path.encode(), tag_of(number))
    query, body = b"", b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1"
    if chance.random() < 0.5:
        query = b"?x=" + tag_of(number)
    else:
        body += b"&x=" + tag_of(number)
    head = b"POST /api/v3/order%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (
        query,
        len(body),
    )
    return head + body


@dataclass
class _Run:
    """What is wanted of a whole run, and how far it is. `last`: the number of its last request."""

    requests: int
    deadline: float
    clients: int
    chance: random.Random
    done: int = 0
    last: int = 0
    faults: list[str] = field(default_factory=list)


async def _ask_one_gateway(stages: tuple[Stage, ...], program: tuple[str, ...], run: _Run) -> None:
    """All stages of a gateway that is started as `program`."""
    memory = MemoryTrack(round(run.requests * stages[-1].until) - run.done, WARM)
    with tempfile.TemporaryDirectory() as directory:
        async with (
            tagged_upstream(run.chance) as upstream,
            GatewayProcess(upstream.url, Path(directory), config=IMPATIENT, program=program) as running,
        ):
            fuzzer = AnswerFuzzer(running, upstream, run.chance, run.last)
            memory.note(0, running.pid)
            for stage in stages:
                if not run.faults:
                    await _go_through(stage, fuzzer, upstream, run, memory)
            run.last = fuzzer.last
        if b"internal_error" in running.printed() or b"Traceback" in running.printed():
            run.faults.append("internal_error in the log")
    if grown := memory.fault():
        run.faults.append(grown)
    print(
        f"  answers drawn: {', '.join(f'{kind}: {count:,}' for kind, count in upstream.kinds.most_common())}"
    )
    print(f"  {memory.line()}", flush=True)


async def _go_through(
    stage: Stage, fuzzer: AnswerFuzzer, upstream: TaggedUpstream, run: _Run, memory: MemoryTrack
) -> None:
    wanted, began = round(run.requests * stage.until) - run.done, time.monotonic()
    came, reused = upstream.came, upstream.reused
    tally = await fuzzer.run(stage, wanted, run.deadline, run.clients, memory)
    run.faults += tally.faults
    run.done += min(tally.asked, wanted)
    _report(stage, tally, time.monotonic() - began, (upstream.came - came, upstream.reused - reused))


async def fuzz_answers(requests: int, seconds: float, seed: int, clients: int) -> End:
    """One run over both gateways."""
    began = time.monotonic()
    run = _Run(requests, began + seconds, clients, random.Random(seed))
    print(f"hostile answers, {requests:,} wanted:")
    await _ask_one_gateway(AS_IT_COMES, ("-m", "proxy"), run)
    if not run.faults:
        await _ask_one_gateway(FORGETFUL, ("-m", "tests.hostile.forgetful_gateway"), run)
    took = time.monotonic() - began
    for fault in run.faults[:20]:
        print(f"FAULT {fault}")
    said, end = verdict(run.done, requests, seconds, run.faults)
    print(f"hostile answers: {said}, in {took:,.0f} s, {run.done / took:,.0f}/s", flush=True)
    return end


def _report(stage: Stage, tally: AnswerTally, took: float, sent: tuple[int, int]) -> None:
    statuses = ", ".join(f"{status or 'cut'}: {count:,}" for status, count in sorted(tally.statuses.items()))
    came, reused = sent
    print(f"- {stage.name}: {tally.asked:,} requests, {tally.asked / took:,.0f}/s; answers {statuses}")
    print(
        f"  {tally.own:,} showed their own tag, {tally.wrong} wrong; {reused:,} of {came:,} were sent over a "
        f"connection that had served before; the slowest took {tally.slowest:.1f} s, of the good ones in between "
        f"{tally.slowest_good * 1000:.0f} ms"
    )
    print(
        f"  refused while the gateway waits, counted apart: {tally.held:,}; given an unasked answer that crossed the request "
        f"(docs/connections.md: cannot be told apart): {tally.crossed:,}"
    )
