"""The long run: reads and writes at a steady rate, a fault at the exchange every ten seconds. `make soak`.

    python -m tests.faults.soak [--seconds 1800] [--rate 200] [--every 10]

A real gateway process before the fault exchange (faults/upstream.py), over TLS, by name. Requests come at their rate
whether earlier ones were answered or not, as they do from many programs. Each fault lasts half a second and is one of
the fault points of tests/faults/points.py, in turn. Exit code 1 unless at the end

* every request got an answer or a documented refusal,
* no write was executed twice, and none that the gateway called `not_sent` was executed; none it called `answered` was not,
* every write that the exchange read has an intent line, every answer a flow line that says the same of it, and
* the gateway needs no more memory than after its first minutes.
"""

import argparse
import asyncio
import random
import re
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.authority import Authority
from harness.gateway import ROOT
from harness.usage import cpu_seconds, memory_kib
from proxy.core.redaction import FlowRecord, IntentRecord, decode_record
from proxy.journal.reader import Reader
from tests.faults.frame import Answer, Client, Gateway, Order, gateway, percentile, read, write
from tests.faults.points import HANDSHAKE_SILENT, POINTS, Arrange, Scene, sizes_of
from tests.faults.upstream import Exchange, exchange

FAULT_SECONDS: Final = 0.5
WARM_SECONDS: Final = 180.0
"""By then every fault has been there, and what it makes the gateway load."""
MOST_GROWTH_MIB: Final = 16.0
_TIMEOUT_SECONDS: Final = 40.0
_WRITES_SHARE: Final = 0.5
_TELL_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 5.0
_UNREAD: Final = "unparsed"
"""Id of what was refused before it was read (too many connections): its line in the journal tells of none."""
_CONFIG: Final = {"journal": {"max_bytes": 8 << 30}, "log": {"level": "error"}}
"""The whole journal is kept, so that it can be looked through at the end."""


@dataclass
class Ledger:
    """What was asked, what was said of it, and what was seen beside."""

    asked: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    undocumented: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)  # "200", "502 upstream_no_answer" ...
    executions: Counter[str] = field(default_factory=Counter)
    told: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Request id -> test id, execution, outcome."""
    seconds: list[float] = field(default_factory=list)  # of answers with 200
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds since the start, MiB
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, order: Order, answer: Answer, documented: frozenset[str]) -> None:
        if answer.status == 0 or not answer.execution or not answer.request_id:
            self.lost.append(f"{order.method} {order.test_id}: {answer.broken or answer.status}")
            print(f"lost: {self.lost[-1]} after {answer.seconds:.3f} s", file=sys.stderr, flush=True)
            return
        if answer.error and answer.error not in documented:
            self.undocumented[answer.error] += 1
        self.answered += 1
        outcome = f"{answer.status} {answer.error}".strip()
        self.outcomes[outcome] += 1
        self.executions[answer.execution] += 1
        if answer.request_id != _UNREAD:
            self.told[answer.request_id] = order.test_id, answer.execution, outcome
        if answer.status == 200:
            self.seconds.append(answer.seconds)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the result."""

    what: str
    found: str
    held: bool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second")
    parser.add_argument("--every", type=float, default=10.0, help="seconds from one fault to the next")
    chosen = parser.parse_args()
    checks = asyncio.run(soak(chosen.seconds, chosen.rate, chosen.every))
    for check in checks:
        print(f"{'held    ' if check.held else 'NOT HELD'}  {check.what}: {check.found}")
    return 0 if all(check.held for check in checks) else 1


async def soak(seconds: float, rate: float, every: float) -> list[Check]:
    """One run."""
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as name:
        authority = Authority(Path(name))
        trusted = authority.context(names=("localhost",))
        foreign = Authority(Path(name), "foreign authority").context(names=("localhost",))
        async with (
            exchange(trusted) as upstream,
            gateway(
                f"https://localhost:{upstream.port}",
                directory=Path(name),
                ca=authority.file,
                resolver=True,
                config=_CONFIG,
            ) as running,
        ):
            ledger = Ledger()
            scene = Scene(upstream, running, foreign, await _sizes(upstream, running))
            began, busy = time.monotonic(), cpu_seconds(running.pid)
            looking = asyncio.create_task(_look(running, ledger, began))
            failing = asyncio.create_task(_fail(scene, trusted, ledger, every))
            await _ask(running, ledger, seconds, rate)
            looking.cancel()
            failing.cancel()
            await asyncio.gather(looking, failing, return_exceptions=True)
            took, busy = time.monotonic() - began, cpu_seconds(running.pid) - busy
            dropped = int(await running.metric("signing_proxy_records_dropped_total"))
            await running.stop()
            _show(ledger, upstream, took, busy)
            return [
                *_answers(ledger),
                *_executions(ledger, upstream),
                *_journal(running, ledger, upstream, dropped),
                _memory(ledger),
            ]


async def _sizes(upstream: Exchange, running: Gateway) -> dict[bytes, int]:
    """Octets of a request of each kind, as they arrive: where to cut."""
    client = Client(running.host, running.port)
    for order in (*(write(f"v{kind:08}", kind) for kind in range(5)), read("v00000005")):
        answer = await client.ask(order.method, order.target, order.form)
        if answer.status != 200:
            raise RuntimeError(f"the healthy exchange was not reached: {answer}")
    client.close()
    sizes = sizes_of(upstream.received)
    upstream.received.clear()
    upstream.keep_received = False
    return sizes


# -- load ------------------------------------------------------------------------------------------------


async def _ask(running: Gateway, ledger: Ledger, seconds: float, rate: float) -> None:
    """Requests at their instants, each on a free connection, or a new one."""
    free: list[Client] = []
    dice = random.Random(1)
    documented = frozenset(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "refusals.md").read_text()))
    under_way: set[asyncio.Task[None]] = set()
    began = time.monotonic()

    async def one(order: Order) -> None:
        client = free.pop() if free else Client(running.host, running.port, _TIMEOUT_SECONDS)
        answer = await client.ask(order.method, order.target, order.form)
        ledger.note(order, answer, documented)
        free.append(client)

    while (due := began + ledger.asked / rate) < began + seconds:
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        mark = f"s{ledger.asked:08}"
        order = write(mark, ledger.asked) if dice.random() < _WRITES_SHARE else read(mark)
        ledger.asked += 1
        task = asyncio.create_task(one(order))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    for client in free:
        client.close()


async def _look(running: Gateway, ledger: Ledger, began: float) -> None:
    """Note the memory; say once a minute how it goes."""
    told = began
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        now = time.monotonic()
        ledger.memory.append((now - began, memory_kib(running.pid) / 1024))
        if now - told >= _TELL_SECONDS:
            told = now
            done, faults = ledger.answered, sum(ledger.faults.values())
            print(
                f"{now - began:6.0f} s  {ledger.asked} asked, {done} answered, {faults} faults, {len(ledger.lost)} lost, "
                f"{ledger.memory[-1][1]:.1f} MiB",
                file=sys.stderr,
                flush=True,
            )


# -- faults ----------------------------------------------------------------------------------------------


async def _fail(scene: Scene, trusted: ssl.SSLContext, ledger: Ledger, every: float) -> None:
    """A fault every so often, for ever: all points in turn, each in all its arrangements."""
    turn = 0
    points = (*POINTS, HANDSHAKE_SILENT)
    while True:
        await asyncio.sleep(every - FAULT_SECONDS)
        point = points[turn % len(points)]
        arrange: Arrange = point.arrangements[turn // len(points) % len(point.arrangements)]
        ledger.faults[point.name] += 1
        turn += 1
        await arrange(scene)
        try:
            await asyncio.sleep(FAULT_SECONDS)
        finally:
            await _heal(scene, trusted)


async def _heal(scene: Scene, trusted: ssl.SSLContext) -> None:
    """The exchange is well again. A port that was closed, or whose queue was filled, is opened anew."""
    upstream = scene.exchange
    assert scene.gateway.resolver is not None
    scene.gateway.resolver.write_text("ok")
    upstream.script = lambda _request: None
    upstream.cut_after, upstream.stale_share, upstream.tls = None, 0.0, trusted
    upstream.cut_script = None
    if upstream._accepting is None:  # refused or deaf
        await upstream.refuse()
        await upstream.open()


# -- what must hold --------------------------------------------------------------------------------------


def _answers(ledger: Ledger) -> list[Check]:
    missing = ledger.asked - ledger.answered - len(ledger.lost)
    found = f"{ledger.asked} asked, {ledger.answered} answered, {len(ledger.lost) + missing} lost"
    first = f" ({'; '.join(ledger.lost[:3])})" if ledger.lost else ""
    return [
        Check("every request was answered or refused", found + first, not ledger.lost and not missing),
        Check(
            "every refusal is a documented one",
            str(dict(ledger.undocumented) or "all"),
            not ledger.undocumented,
        ),
    ]


def _executions(ledger: Ledger, upstream: Exchange) -> list[Check]:
    def wrong(execution: str, is_wrong: Callable[[int], bool]) -> list[str]:
        return [
            f"{test_id} {outcome}"
            for test_id, said, outcome in ledger.told.values()
            if said == execution and is_wrong(upstream.executed[test_id] + upstream.asked[test_id])
        ]

    sent, unsent = wrong("not_sent", bool), wrong("answered", lambda times: times == 0)
    some = f" ({', '.join([*sent, *unsent][:4])})" if sent or unsent else ""
    return [
        Check(
            "no write was executed twice",
            f"{upstream.duplicates} of {len(upstream.executed)} that the exchange read",
            upstream.duplicates == 0 and bool(upstream.executed),
        ),
        Check(
            "the execution state is true",
            f"{len(sent)} called not_sent and read by the exchange, {len(unsent)} called answered and never read"
            + some,
            not sent and not unsent,
        ),
        Check(
            "every signature was right", f"{upstream.refused} refused by the exchange", upstream.refused == 0
        ),
    ]


def _journal(running: Gateway, ledger: Ledger, upstream: Exchange, dropped: int) -> list[Check]:
    intended: set[str] = set()  # test ids
    recorded, different, torn = 0, 0, 0
    reader = Reader(running.journal)
    for _, line in reader.records():
        record = decode_record(line)
        test_id, said, _ = ledger.told.get(getattr(record, "request_id", ""), ("", "", ""))
        if isinstance(record, IntentRecord):
            intended.add(test_id)
        elif isinstance(record, FlowRecord) and test_id:
            recorded += 1
            different += record.execution != said
    torn = reader.torn
    without = len(set(upstream.executed) - intended - {f"v{kind:08}" for kind in range(5)})
    lines = f"{recorded} of {len(ledger.told)}, {different} of them say something else, {torn} torn, {dropped} dropped"
    return [
        Check(
            "every write has an intent line", f"{without} of {len(upstream.executed)} without", without == 0
        ),
        Check(
            "every answer has a flow line that says the same",
            lines,
            recorded == len(ledger.told) and not different and not torn and not dropped,
        ),
    ]


def _memory(ledger: Ledger) -> Check:
    """From the end of the first minutes (or of the first third of a short run) to the end."""
    length = ledger.memory[-1][0]
    warm = [mib for at, mib in ledger.memory if at >= min(WARM_SECONDS, length / 3)]
    start, middle, end = warm[0], warm[len(warm) // 2], warm[-1]
    found = f"{start:.1f} MiB when warm, {middle:.1f} in the middle, {end:.1f} at the end, {max(warm):.1f} at most"
    return Check(f"memory stays (< {MOST_GROWTH_MIB:.0f} MiB more)", found, end - start < MOST_GROWTH_MIB)


def _show(ledger: Ledger, upstream: Exchange, took: float, busy: float) -> None:
    """What happened, in numbers that nothing depends on."""
    rate = ledger.asked / took
    print(f"{ledger.asked} requests in {took:.0f} s ({rate:.0f}/s), {busy / took:.0%} of a processor")
    print(
        f"answers with 200: median {percentile(ledger.seconds, 0.5) * 1000:.1f} ms, "
        f"99 % within {percentile(ledger.seconds, 0.99) * 1000:.1f} ms"
    )
    for title, counts in (
        ("answers", ledger.outcomes),
        ("execution", ledger.executions),
        ("faults", ledger.faults),
    ):
        print(f"{title}: " + ", ".join(f"{name} {times}" for name, times in counts.most_common()))
    print(
        f"the exchange read {len(upstream.executed)} writes and {len(upstream.asked)} reads, cut {upstream.cut}"
    )


if __name__ == "__main__":
    sys.exit(main())
