"""Random hostile requests against a real gateway process, and what must hold whatever comes: the first half of `make fuzz`.

Half of them are drawn by kinds (tests/hostile/grammar), some of these with octets changed; half are requests of the hostile
lists and of real client libraries (tests/hostile/octet_mutations.py) with one to four changes. Held: the gateway lives and never answers 500;
whatever it answers is proper HTTP, and what was promised for its kind; every request that the exchange sees is signed and
clean (tests/hostile/clean.py), was asked for, and is there no more often than that; no answer, log or record holds a planted secret; a
good request is answered in under a second in between; memory stays flat.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harness.gateway import GatewayProcess
from tests.hostile.clean import flaws
from tests.hostile.fuzz_run import End, MemoryTrack, verdict
from tests.hostile.grammar import KINDS
from tests.hostile.grammar.draft import Asked, marks_in
from tests.hostile.grammar.secrets import leaked
from tests.hostile.octet_mutations import mutate, seeds
from tests.hostile.strict_answers import StrictAnswer, take
from tests.support.recording_upstream import RecordingUpstream, recording_upstream

ANSWER_SECONDS: Final = 0.25
"""How long a client waits: a request without an end gets no answer before the gateway's deadline."""
PROMISED_SECONDS: Final = 5.0
"""How long it waits for a refusal that must come."""
QUIET_SECONDS: Final = 0.01
"""How long it waits for more, where it may have asked for more than one answer."""
CHECK_EVERY: Final = 5_000
WARM: Final = 180_000
"""After so many requests the gateway's memory was flat."""
UNDELAYED: Final[dict[str, Any]] = {"limits": {"refusal_delay_seconds": 0}}
"""It is refused in a loop, and must not wait for that."""
GRAMMAR_PART: Final = 0.5
CHANGED_PART: Final = 0.25
"""Of what the grammar drew: its octets are changed too, so nothing is promised for it any more."""
ENOUGH_FOR_ALL: Final = 2_000
"""So many requests draw each kind."""
_OCTETS: Final = "octets of a known request"
_CHANGED: Final = "any kind, octets changed"


@dataclass
class Tally:
    """What came of a run. `kinds`: by kind, how many were drawn, and of the answers to them which statuses."""

    sent: int = 0
    drawn: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    seen: int = 0
    good: int = 0
    slowest_good: float = 0.0
    faults: list[str] = field(default_factory=list)


class Fuzzer:
    """Sends hostile requests and keeps watch."""

    def __init__(self, running: GatewayProcess, upstream: RecordingUpstream, chance: random.Random) -> None:
        self._running, self._upstream, self._chance = running, upstream, chance
        self._seeds = seeds()
        self._asked: dict[bytes, tuple[str, Asked]] = {}  # by mark, since the last look
        self._read_to: Counter[Path] = Counter()
        self.tally = Tally()

    async def run(
        self, requests: int, deadline: float, connections: int, memory: MemoryTrack | None = None
    ) -> None:
        """Until so many were sent, or the deadline (monotonic), or something did not hold."""
        tally = self.tally
        while tally.sent < requests and time.monotonic() < deadline and not tally.faults:
            until = min(tally.sent + CHECK_EVERY, requests)
            await asyncio.gather(*(self._client(until, deadline) for _ in range(connections)))
            await self._check()
            if memory is not None:
                memory.note(tally.sent, self._running.pid)

    async def _client(self, until: int, deadline: float) -> None:
        while self.tally.sent < until and time.monotonic() < deadline:
            kind, asked = self._draw()
            self.tally.drawn[kind] += 1
            self._asked.update(dict.fromkeys(asked.most_up, (kind, asked)))
            times = min(asked.again, until - self.tally.sent)
            self.tally.sent += times
            for nth in range(times):
                if asked.hangs_up and (asked.again == 1 or nth < asked.again - 1):
                    await self._hang_up(asked.octets)
                else:
                    await self._ask(kind, asked)

    def _draw(self) -> tuple[str, Asked]:
        chance = self._chance
        if chance.random() >= GRAMMAR_PART:
            return _OCTETS, Asked(mutate(chance.choice(self._seeds), chance, self._seeds))
        kind = chance.choice(tuple(KINDS))
        asked = KINDS[kind](chance)
        if chance.random() < CHANGED_PART:
            return _CHANGED, Asked(mutate(asked.octets, chance, self._seeds))
        return kind, asked

    async def _ask(self, kind: str, asked: Asked) -> None:
        """One connection, one time. Silence is no fault (no end, no answer), but where a refusal was promised: what is
        refused is asked once more there, with patience, since a busy machine may take its time."""
        answers, wrong = await self._talk(asked.octets, ANSWER_SECONDS)
        if asked.token is not None and not answers:
            answers, wrong = await self._talk(asked.octets, PROMISED_SECONDS)
        for answer in answers:
            self.tally.statuses[answer.status] += 1
        final = [answer for answer in answers if answer.status >= 200]
        if not final:
            self.tally.statuses[0] += 1
        if asked.token is not None and (not final or final[0].token != asked.token):
            came = f"{final[0].status} {final[0].token}" if final else "nothing"
            wrong = wrong or f"answered {came} where {asked.token} was promised"
        self.tally.passed[kind] += any(answer.status == 200 for answer in final)
        if wrong:
            self._fault(f"{kind}: {wrong}", asked.octets)

    async def _hang_up(self, octets: bytes) -> None:
        try:
            _, writer = await asyncio.open_connection(self._running.host, self._running.port)
        except OSError:
            return
        writer.write(octets)
        writer.transport.abort()

    async def _talk(self, octets: bytes, seconds: float) -> tuple[list[StrictAnswer], str]:
        """The answers to octets on a connection of their own, and what is wrong with them."""
        try:
            reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
        except OSError:
            return [], ""
        shows = b"x-gateway-dry-run: 1\r" in octets.lower()
        talk = _Talk(bodiless=b"HEAD" in octets, most=octets.count(b" HTTP/1."), shows=shows)
        try:
            writer.write(octets)
            async with asyncio.timeout(seconds):
                await talk.listen(reader)
        except (TimeoutError, OSError):
            pass
        finally:
            writer.transport.abort()
        return talk.answers, talk.wrong

    async def _check(self) -> None:
        """The gateway lives, the exchange saw what it may, nothing was told that is secret, the next good one is served."""
        await asyncio.sleep(0.2)
        self._look_at_the_exchange()
        self._look_for_secrets()
        began = time.monotonic()
        answers, wrong = await self._talk(
            b"GET /api/v3/account?good=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 1.0
        )
        took = time.monotonic() - began
        self.tally.good += 1
        self.tally.slowest_good = max(self.tally.slowest_good, took)
        if (code := self._running.process.poll()) is not None:
            self._fault(f"the gateway ended with {code}", b"")
        elif wrong or [answer.status for answer in answers] != [200]:
            self._fault(f"the next good request was not answered 200 within a second: {wrong}", b"")

    def _look_at_the_exchange(self) -> None:
        host = urlsplit(self._upstream.url).netloc
        often: Counter[bytes] = Counter()
        for seen in self._upstream.take():
            self.tally.seen += 1
            whole = seen.line + b" | " + seen.body
            often.update(set(marks_in(seen.line)))
            if wrong := flaws(seen, host, overridable=True):
                self._fault(", ".join(wrong), whole)
        for mark, times in often.items():
            kind, asked = self._asked.get(mark, (_CHANGED, Asked(b"")))
            if times > asked.most_up.get(mark, times):
                self._fault(f"{kind}: sent {times} times instead of {asked.most_up[mark]}", asked.octets)
        self._asked.clear()

    def _look_for_secrets(self) -> None:
        """In what was written since the last look."""
        running = self._running
        for file in (running.output, running.log, *sorted(running.journal.glob("flows-*.jsonl"))):
            with file.open("rb") as opened:
                opened.seek(self._read_to[file])
                new = opened.read()
            self._read_to[file] += len(new)
            for line in new.splitlines():
                if leaked(line):
                    self._fault(f"a secret in {file.name}", line)

    def _fault(self, what: str, octets: bytes) -> None:
        self.tally.faults.append(f"{what}: {octets[:1000]!r}")


class _Talk:
    """What comes back on one connection, and what is wrong with it."""

    def __init__(self, *, bodiless: bool, most: int, shows: bool) -> None:
        """`shows`: a dry run, whose answer is the client's own words."""
        self._bodiless, self._most, self._shows = bodiless, most, shows
        self.answers: list[StrictAnswer] = []
        self.wrong = ""

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """To the last answer that can come. Raises TimeoutError where nobody says that it was the last."""
        got = b""
        while not self.wrong and not self._is_over(got):
            quiet = QUIET_SECONDS if self._finals else None
            async with asyncio.timeout(quiet):
                chunk = await reader.read(1 << 16)
            if not chunk:
                self.wrong = "an answer without its end" if got else ""
                return
            got = self._take(got + chunk)

    @property
    def _finals(self) -> int:
        return sum(answer.status >= 200 for answer in self.answers)

    def _is_over(self, got: bytes) -> bool:
        if not self.answers or got:
            return False
        return self.answers[-1].closes or self._finals >= max(self._most, 1)

    def _take(self, got: bytes) -> bytes:
        """Take the whole answers off; the rest."""
        if leaked(got) and not (self._shows and got.startswith(b"HTTP/1.1 200 ")):
            self.wrong = "a secret in the answer"
        try:
            while got and (taken := take(got, bodiless=self._bodiless)):
                answer, got = taken
                self.answers.append(answer)
                if answer.status == 500 or answer.token == "internal_error":
                    self.wrong = "answered 500"
        except ValueError as error:
            self.wrong = f"{error} in {got[:500]!r}"
        return got


async def fuzz_requests(requests: int, seconds: float, seed: int, connections: int) -> End:
    """One run."""
    memory = MemoryTrack(requests, WARM)
    with tempfile.TemporaryDirectory() as directory:
        async with (
            recording_upstream() as upstream,
            GatewayProcess(upstream.url, Path(directory), config=UNDELAYED) as running,
        ):
            fuzzer = Fuzzer(running, upstream, random.Random(seed))
            memory.note(0, running.pid)
            began = time.monotonic()
            await fuzzer.run(requests, began + seconds, connections, memory)
            took = time.monotonic() - began
        tally = fuzzer.tally
        faults = list(tally.faults)
        if b"internal_error" in running.printed() or b"Traceback" in running.printed():
            faults.append("internal_error in the log")
    if grown := memory.fault():
        faults.append(grown)
    if tally.sent >= ENOUGH_FOR_ALL and (never := [kind for kind in KINDS if not tally.drawn[kind]]):
        faults.append(f"kinds that were never drawn: {', '.join(never)}")
    _report(tally, took, faults)
    print(f"  {memory.line()}")
    said, end = verdict(tally.sent, requests, seconds, faults)
    print(f"hostile requests: {said}, in {took:,.0f} s, {tally.sent / took:,.0f}/s", flush=True)
    return end


def _report(tally: Tally, took: float, faults: list[str]) -> None:
    statuses = ", ".join(f"{status or 'none'}: {count:,}" for status, count in sorted(tally.statuses.items()))
    print(f"hostile requests, {tally.sent:,} of them; answers {statuses}")
    kinds = ", ".join(
        f"{kind}: {count:,} ({tally.passed[kind]:,})" for kind, count in tally.drawn.most_common()
    )
    print(f"  drawn by kind (answered 200): {kinds}")
    print(f"  the exchange saw {tally.seen:,}{'' if faults else ', all signed, clean and asked for'}")
    print(f"  {tally.good} good requests in between, the slowest took {tally.slowest_good * 1000:.0f} ms")
    for fault in faults[:20]:
        print(f"FAULT {fault}")
