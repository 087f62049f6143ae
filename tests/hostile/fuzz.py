"""Random hostile requests against a real gateway process, and what must hold whatever comes: `make fuzz`.

With --tests, first the tests that draw their input: other input than `make test` draws, and more of it.

Seeds are the hostile list and the recorded requests of real client libraries (tests/data); each request is a
seed with one to four mutations, sent over a socket. A run is bounded by number and by time, and repeatable by its
seed of randomness, which it prints. Exit code 0: the gateway lived, never answered 500, the next good request was
answered 200 in under a second each time, every request that the exchange saw was clean (tests/hostile/clean.py), and
memory stayed flat. Then the same for hostile answers: tests/hostile/fuzz_answers.py.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from harness.gateway import ROOT, GatewayProcess
from harness.usage import memory_kib
from tests.hostile.clean import flaws
from tests.hostile.entries import raw_entries
from tests.hostile.fuzz_answers import fuzz_answers
from tests.support.recording_upstream import RecordingUpstream, recording_upstream

LONGEST = 100_000
"""Octets of one fuzzed request; longer seeds say nothing new and take long."""
ANSWER_SECONDS = 0.25
"""How long a client waits: a request without an end gets no answer before the gateway's deadline."""
CHECK_EVERY = 5_000
UNDELAYED = {"limits": {"refusal_delay_seconds": 0}}
"""It is refused in a loop, and must not wait for that."""
FLAT_KIB = 24 * 1024
"""How much memory may grow from a fifth of a run to its end."""
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
TOKENS = (
    b"\r\n", b"\n", b"\r", b"\x00", b"\t", b" ", b":", b"\r\n\r\n", b"\r\n ", b"%", b"%00", b"%2e%2e",
    b"/..", b"//", b"#", b"?", b"&", b"=", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"Host: localhost\r\n",
    b"Host: evil.test\r\n", b"Origin: null\r\n", b"Sec-Fetch-Site: cross-site\r\n",
    b"Connection: close\r\n", b"Connection: upgrade\r\n", b"Upgrade: websocket\r\n", b"Upgrade: h2c\r\n",
    b"Expect: 100-continue\r\n", b"Content-Encoding: gzip\r\n", b"X-MBX-APIKEY: x\r\n",
    b"X-Gateway-Security: none\r\n", b"X-Gateway-Account: main\r\n", b"X-Gateway-Dry-Run: 1\r\n",
    b"&signature=x", b"&timestamp=1", b"%73ignature=1", b"&recvWindow=60001", b"&X-MBX-APIKEY=x",
    b"\xc3\xa9", b"\xff", b"{", b"[", b"0\r\n\r\n", b"0x5\r\n", b"GET", b"POST", b"DELETE", b"PUT",
    b"X-Gateway-Dry-Run: true\r\n", b"X-Gateway-Dry-Run: 1 \r\n", b"X-Gateway-Security: public\r\n", b"X-Gateway-Timing: 2\r\n",
    b"X-Gateway-Host: evil.test\r\n", b"X-Gateway-Foo: 1\r\n", b"X-Gateway-Repeat: yes\r\n", b"X-Gateway-Token: x\r\n",
    b"X-Forwarded-For: 203.0.113.7\r\n", b"Forwarded: for=203.0.113.7\r\n", b"CF-Connecting-IP: 203.0.113.7\r\n",
    b"X-Real-IP: 203.0.113.7\r\n", b"ngrok-trace-id: 1\r\n", b"Via: 1.1 x\r\n", b"X-Forwarded-Host: evil.test\r\n",
    b"Content-Type: application/x-www-form-urlencoded; charset=IBM037\r\n", b"; charset=UTF-16BE", b"; charset=utf-7",
    b"Content-Type: application/json\r\n", b"RTSP/1.0", b"ICE/1.0", b"HTTP/1.2", b"HTTP/0.9", b"SIP/2.0", b"\x16\x03\x01\x02\x00",
    b"X-HTTP-Method-Override: DELETE\r\n", b"X-Rewrite-URL: /sapi/v1/capital/withdraw/apply\r\n", b"[" * 1500, b"%ff%fe", b"%ed%a0%80",
    b"HTTP/1.0", b"HTTP/2.0", b"http://evil.test", b"/sapi/v1/capital/withdraw/apply",
)  # fmt: skip


@dataclass
class Tally:
    """What came of a run."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    seen: int = 0
    good: int = 0
    slowest_good: float = 0.0
    faults: list[str] = field(default_factory=list)


def seeds() -> list[bytes]:
    """Requests to begin with; their Host is `localhost`."""
    hostile = [entry.octets(8180) for entry in raw_entries()]
    recorded = []
    for line in (ROOT / "tests/data/captures.jsonl").read_text().splitlines():
        raw = base64.b64decode(json.loads(line).get("raw_b64", ""))
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = [
            b"Host: localhost" if part.lower().startswith(b"host:") else part for part in head.split(b"\r\n")
        ]
        recorded.append(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    return [seed for seed in hostile + recorded if 0 < len(seed) <= LONGEST]


def mutate(octets: bytes, chance: random.Random, pool: list[bytes]) -> bytes:
    """One to four changes: octets, tokens, lines, pieces of other requests."""
    text = bytearray(octets)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(8):
            case 0 if text:
                text[at % len(text)] = chance.randrange(256)
            case 1:
                del text[at : at + chance.choice((1, 1, 2, 8, 64))]
            case 2 | 3:
                text[at:at] = chance.choice(TOKENS)
            case 4:
                text[at:at] = text[at : at + chance.choice((4, 32, 200))] * chance.choice((1, 2, 3))
            case 5:
                lines = bytes(text).split(b"\r\n")
                lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
                text = bytearray(b"\r\n".join(lines))
            case 6:
                other = chance.choice(pool)
                cut = chance.randrange(len(other) + 1)
                text[at:] = other[cut:]
            case _:
                break_at = bytes(text).find(b"\r\n")
                text[max(break_at, 0) : max(break_at, 0)] = b"\r\n" + chance.choice(TOKENS).strip()
        if len(text) > LONGEST:
            del text[LONGEST:]
    return bytes(text)


class Fuzzer:
    """Sends mutated requests and keeps watch."""

    def __init__(self, running: GatewayProcess, upstream: RecordingUpstream, chance: random.Random) -> None:
        self._running, self._upstream, self._chance = running, upstream, chance
        self._seeds = seeds()
        self.tally = Tally()

    async def run(self, requests: int, deadline: float, connections: int) -> None:
        """Until so many were sent, or the deadline (monotonic), or the gateway failed."""
        while self.tally.sent < requests and time.monotonic() < deadline and not self.tally.faults:
            batch = min(CHECK_EVERY, requests - self.tally.sent)
            share = [batch // connections + (number < batch % connections) for number in range(connections)]
            await asyncio.gather(*(self._client(part) for part in share))
            await self._check()

    async def _client(self, requests: int) -> None:
        for _ in range(requests):
            octets = mutate(self._chance.choice(self._seeds), self._chance, self._seeds)
            self.tally.sent += 1
            answer = await self._send(octets, ANSWER_SECONDS)
            for status in _STATUS.findall(answer):
                self.tally.statuses[int(status)] += 1
                if status == b"500":
                    self._fault("answered 500", octets)
            if not answer:
                self.tally.statuses[0] += 1
            if b"Access-Control" in answer:
                self._fault("an Access-Control header", octets)

    async def _send(self, octets: bytes, seconds: float) -> bytes:
        """One connection, one fuzzed request, the first answers; silence is no fault (no end, no answer)."""
        got = bytearray()
        try:
            reader, writer = await asyncio.open_connection(self._running.host, self._running.port)
        except OSError:
            return b""
        try:
            writer.write(octets)
            async with asyncio.timeout(seconds):
                while chunk := await reader.read(1 << 16):
                    got += chunk
                    if (
                        b"\r\n\r\n" in got
                        and b"onnection: close" not in got
                        and not got.startswith(b"HTTP/1.1 100")
                    ):
                        break
        except (TimeoutError, OSError):
            pass
        finally:
            writer.transport.abort()
        return bytes(got)

    async def _check(self) -> None:
        """The gateway lives, the exchange saw clean requests only, the next good request is answered."""
        await asyncio.sleep(0.2)
        host = urlsplit(self._upstream.url).netloc
        for seen in self._upstream.take():
            self.tally.seen += 1
            if wrong := flaws(seen, host, overridable=True):
                self._fault(", ".join(wrong), seen.line + b" | " + seen.body)
        began = time.monotonic()
        answer = await self._send(b"GET /api/v3/account?good=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 1.0)
        took = time.monotonic() - began
        self.tally.good += 1
        self.tally.slowest_good = max(self.tally.slowest_good, took)
        if (code := self._running.process.poll()) is not None:
            self._fault(f"the gateway ended with {code}", b"")
        elif not answer.startswith(b"HTTP/1.1 200"):
            self._fault("the next good request was not answered 200 within a second", answer)

    def _fault(self, what: str, octets: bytes) -> None:
        self.tally.faults.append(f"{what}: {octets[:2000]!r}")


async def fuzz(requests: int, seconds: float, seed: int, connections: int) -> int:
    """One run; 0 if everything held."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            recording_upstream() as upstream,
            GatewayProcess(upstream.url, Path(directory), config=UNDELAYED) as running,
        ):
            fuzzer = Fuzzer(running, upstream, random.Random(seed))
            began = time.monotonic()
            await fuzzer.run(max(requests // 5, 500), began + seconds, connections)
            before = _memory_kib(running.pid)
            await fuzzer.run(requests, began + seconds, connections)
            took, after = time.monotonic() - began, _memory_kib(running.pid)
        faults = list(fuzzer.tally.faults)
        if b"internal_error" in running.printed():
            faults.append("internal_error in the log")
        if before and after - before > FLAT_KIB:
            faults.append("the memory of the gateway grew")
    _report(fuzzer.tally, faults, took, before, after)
    return 1 if faults else 0


def _memory_kib(pid: int) -> int:
    """0 where it cannot be seen, or not any more."""
    with contextlib.suppress(OSError):
        return memory_kib(pid)
    return 0


def _report(tally: Tally, faults: list[str], took: float, before: int, after: int) -> None:
    statuses = ", ".join(f"{status or 'none'}: {count:,}" for status, count in sorted(tally.statuses.items()))
    print(f"{tally.sent:,} fuzzed requests, {tally.sent / took:,.0f}/s; answers {statuses}")
    print(
        f"the exchange saw {tally.seen:,} of them, all clean"
        if not faults
        else f"the exchange saw {tally.seen:,}"
    )
    print(f"{tally.good} good requests in between, the slowest took {tally.slowest_good * 1000:.0f} ms")
    if before and after:
        print(f"memory of the gateway: {before / 1024:.0f} MiB, at the end {after / 1024:.0f} MiB")
    for fault in faults[:20]:
        print(f"FAULT {fault}")
    print("held" if not faults else "did NOT hold")


def draw_in_tests(seed: int) -> int:
    """The tests that draw, by this seed; their exit code. It takes some minutes."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-n", "2", "--tb=short", "--show-capture=no", "-o", "timeout=1800",
            "-m", "hypothesis or draws", f"--hypothesis-seed={seed}",
        ],
        cwd=ROOT, env=os.environ | {"DRAW_SEED": str(seed)}, check=False,
    )  # fmt: skip
    return done.returncode


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--answers", type=int, default=200_000, help="requests whose answers are hostile")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument("--tests", action="store_true", help="first the tests that draw their input")
    parser.add_argument("--connections", type=int, default=32)
    chosen = parser.parse_args(arguments)
    seed = random.SystemRandom().getrandbits(32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}: `make fuzz SEED={seed}` draws the same again", flush=True)
    failed = draw_in_tests(seed) if chosen.tests else 0
    if chosen.requests:
        failed |= asyncio.run(fuzz(chosen.requests, chosen.seconds, seed, chosen.connections))
    if chosen.answers:
        failed |= asyncio.run(fuzz_answers(chosen.answers, chosen.seconds, seed, chosen.connections))
    return failed


if __name__ == "__main__":
    sys.exit(main())
