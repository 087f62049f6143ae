"""R9: logging never stops trading. The disk under the journal of a running gateway is full, broken, read-only, slow,
or its directory is removed; requests go on, and every line is either on disk or counted as dropped.

A full disk is a tmpfs of 1 MiB where this user may mount one. A broken (EIO) and a slow one are made at `os.write`
inside the gateway (inject/sitecustomize.py): real ones need broken hardware. So is the full one without the right to
mount. Read-only: the directory's mode is 0500 and its file is gone; root is made to obey modes by setpriv(1).
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from proxy.core.redaction.foreign_record import ForeignDropped, ForeignFlow, ForeignIntent
from proxy.journal.reader import Reader
from tests.faults.frame import (
    Answer,
    Client,
    Gateway,
    Order,
    Row,
    gateway,
    load,
    percentile,
    read,
    scaled,
    write,
)
from tests.faults.inside import changed, injected
from tests.faults.upstream import exchange

REQUESTS: Final = 1000
"""While the disk fails; half of them are writes."""
CLIENTS: Final = 8
SLOW_SECONDS: Final = 0.05
_RECOVERY_SECONDS: Final = 5.0
_DISK_OCTETS: Final = 1 << 20
_MOUNTED: Final = "a tmpfs of 1 MiB, filled"
_INJECTED: Final = "injected at os.write inside the gateway"


@dataclass
class Seen:
    """What came of one fault."""

    asked: int = 0
    answered: int = 0
    expected: int = 0  # lines: an intent and a flow for a write, a flow for a read
    on_disk: int = 0
    dropped: int = 0  # by the metric
    told: int = 0  # by `dropped` lines in the journal
    recovery: float = 0.0  # seconds from the end of the fault to the next line on disk
    slowest: float = 0.0

    @property
    def held(self) -> bool:
        return (
            self.asked == self.answered > 0
            and self.on_disk + self.dropped == self.expected
            and self.told == self.dropped
            and self.recovery <= _RECOVERY_SECONDS
        )

    def __str__(self) -> str:
        return (
            f"{self.answered} of {self.asked} answered; {self.expected} lines = {self.on_disk} on disk + "
            f"{self.dropped} dropped, {self.told} told in the journal; recovered after {self.recovery:.2f} s"
        )


type Fault = Callable[[Path], contextlib.AbstractContextManager[None]]
"""Makes the disk under a journal fail for the length of a block."""


async def measure(scale: float) -> list[Row]:
    requests = scaled(REQUESTS, scale, least=20)
    return [
        await full(requests),
        await injected_fault("EIO", "EIO", requests),
        await read_only(requests),
        await removed(requests),
        await slow(requests),
    ]


async def full(requests: int) -> Row:
    """ENOSPC, then room again."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name, _mounted(Path(name)) as mounted:
        if not mounted:
            return await injected_fault("ENOSPC", "disk full (ENOSPC)", requests)
        async with _house(Path(name) / "journal") as (running, ask):
            seen = await _through(running, ask, requests, _filled)
        return _row("disk full (ENOSPC)", seen, _MOUNTED, must_drop=True)


async def injected_fault(number: str, title: str, requests: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        file = Path(name) / "write"

        @contextmanager
        def fault(_: Path) -> Iterator[None]:
            with changed(file, number):
                yield

        async with _house(Path(name) / "journal", environment=injected(write=file)) as (running, ask):
            seen = await _through(running, ask, requests, fault)
    return _row(title, seen, _INJECTED, must_drop=True)


async def read_only(requests: int) -> Row:
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            return Row(
                "R9", "read-only directory", "not measured: setpriv (util-linux) is missing", held=False
            )
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with _house(Path(name) / "journal", prefix=prefix) as (running, ask):
            seen = await _through(running, ask, requests, _locked)
    return _row("read-only directory", seen, "mode 0500, and the current file gone", must_drop=True)


async def removed(requests: int) -> Row:
    """`rm -r` of the journal: it is made anew and nothing is lost from then on."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with _house(Path(name) / "journal") as (running, ask):
            seen = await _through(running, ask, requests, _gone)
    return _row("journal directory removed while running", seen, "", must_drop=False)


async def slow(requests: int) -> Row:
    """Each write to the journal takes 50 ms. An order waits for its intent; how long do the others wait?"""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        file = Path(name) / "write"
        async with _house(Path(name) / "journal", environment=injected(write=file)) as (running, _):
            with changed(file, f"slow {SLOW_SECONDS}"):
                results = await load(running, _orders(max(20, requests // 5), "slow"), clients=CLIENTS)
            await running.stop()
            lines = _lines(running.journal)
    answered = [answer.seconds for _, answer in results if answer.status == 200]
    expected = sum(2 if order.method != "GET" else 1 for order, _ in results)
    return Row(
        "R9",
        f"slow disk ({SLOW_SECONDS * 1000:.0f} ms for each write): 100 % answered, no line lost",
        f"{len(answered)} of {len(results)} answered, {lines} of {expected} lines; p50 "
        f"{percentile(answered, 0.5) * 1000:.0f} ms, slowest {max(answered, default=0) * 1000:.0f} ms",
        held=len(answered) == len(results) and lines == expected,
        note=f"{_INJECTED}; {CLIENTS} clients, half of the requests are orders, each of which waits for its intent",
    )


def _row(title: str, seen: Seen, note: str, *, must_drop: bool) -> Row:
    """`must_drop`: without a dropped line the fault did not happen, or what was lost was not counted."""
    wanted = f"{title}: 100 % answered, drops counted exactly, recovery <= {_RECOVERY_SECONDS:.0f} s"
    return Row("R9", wanted, str(seen), seen.held and (seen.dropped > 0) == must_drop, note)


type Ask = Callable[[Order], Awaitable[Answer]]


@asynccontextmanager
async def _house(
    journal: Path, *, environment: dict[str, str] | None = None, prefix: tuple[str, ...] = ()
) -> AsyncIterator[tuple[Gateway, Ask]]:
    """A gateway, and one client that asks a request at a time."""
    async with (
        exchange() as upstream,
        gateway(upstream.base, journal=journal, environment=environment, prefix=prefix) as running,
    ):
        client = Client(running.host, running.port)
        yield running, lambda order: client.ask(order.method, order.target, order.form)
        client.close()


async def _through(running: Gateway, ask: Ask, requests: int, fault: Fault) -> Seen:
    """Requests before, in and after the fault; then the gateway stops, and its lines are counted."""
    seen = Seen()

    def note(results: list[tuple[Order, Answer]]) -> None:
        seen.asked += len(results)
        seen.answered += sum(answer.status == 200 for _, answer in results)
        seen.expected += sum(2 if order.method != "GET" else 1 for order, _ in results)

    note(await load(running, _orders(20, "before"), clients=CLIENTS))
    await asyncio.sleep(0.2)  # the last flows wait 50 ms for company
    before = _lines(running.journal)
    with fault(running.journal):
        gone = before - _lines(
            running.journal
        )  # what the fault itself took away is no line of the gateway's to keep
        seen.expected -= gone
        note(await load(running, _orders(requests, "in"), clients=CLIENTS))
        await asyncio.sleep(0.2)
        stood = _lines(running.journal)
    began = time.monotonic()
    while _lines(running.journal) == stood and time.monotonic() - began < 2 * _RECOVERY_SECONDS:
        order = write(f"after-{seen.asked}")
        note([(order, await ask(order))])
        await asyncio.sleep(0.05)
    seen.recovery = time.monotonic() - began
    note(await load(running, _orders(20, "late"), clients=CLIENTS))
    await asyncio.sleep(0.2)
    seen.dropped = int(await running.metric("signing_proxy_records_dropped_total"))
    await running.stop()
    seen.on_disk, seen.told = _lines(running.journal), _told(running.journal)
    return seen


def _orders(count: int, stem: str) -> list[Order]:
    return [(write if number % 2 else read)(f"{stem}-{number}") for number in range(count)]


def _lines(journal: Path) -> int:
    """Intents and flows that can be read."""
    if not journal.is_dir():
        return 0
    return sum(isinstance(record, ForeignIntent | ForeignFlow) for record, _ in Reader(journal).records())


def _told(journal: Path) -> int:
    return sum(record.count for record, _ in Reader(journal).records() if isinstance(record, ForeignDropped))


@contextmanager
def _mounted(directory: Path) -> Iterator[bool]:
    """A small disk in memory, mounted on the directory; False where that is not allowed."""
    size = f"size={_DISK_OCTETS}"
    words = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(directory)]
    done = subprocess.run(words, capture_output=True, check=False) if os.geteuid() == 0 else None
    try:
        yield done is not None and done.returncode == 0
    finally:
        if done is not None and done.returncode == 0:
            subprocess.run(["umount", "--lazy", str(directory)], check=False)


@contextmanager
def _filled(journal: Path) -> Iterator[None]:
    ballast = journal.parent / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _locked(journal: Path) -> Iterator[None]:
    """Nothing can be made in the directory, and the file that was open in it is not there any more."""
    for path in Reader(journal).files():
        path.unlink()
    journal.chmod(0o500)
    try:
        yield
    finally:
        journal.chmod(0o700)


@contextmanager
def _gone(journal: Path) -> Iterator[None]:
    shutil.rmtree(journal)
    yield
