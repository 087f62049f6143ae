"""What every case stands on: a gateway in a process of its own, a client for load, rows for the table."""

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.faults.upstream import API_KEY, API_SECRET, OLD
from proxy.core.redaction import FlowRecord, IntentRecord
from proxy.journal.reader import Reader

ROOT: Final = Path(__file__).resolve().parents[2]
_CHILD: Final = Path(__file__).resolve().parent / "child"
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 15.0
BARE: Final = {"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
"""The environment of everything that is made to fail here: its clock, its disk or its death must not get into the
bytecode beside the sources and in `.venv`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    promise: str  # R1 ... R15
    wanted: str
    measured: str
    held: bool
    note: str = ""  # how it was produced, what falls short


type Measure = Callable[[float], Awaitable[list[Row]]]
"""A case. The scale is 1 for the full size, 0.1 for a tenth."""


def scaled(count: float, scale: float, least: int = 1) -> int:
    return max(least, round(count * scale))


@dataclass(slots=True)
class Gateway:
    """A gateway process that listens."""

    url: str
    admin_url: str
    admin_token_file: str | None
    journal: Path
    log: Path  # what it wrote on stderr
    resolver: Path | None  # write `ok`, `fail` or `hang` into it; None without an injected resolver
    process: asyncio.subprocess.Process
    started_seconds: float  # from the start of the process to its first line

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def send_signal(self, number: signal.Signals) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it and wait; the seconds that took. One that does not end is killed."""
        began = time.monotonic()
        self.send_signal(number)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.send_signal(signal.SIGKILL)
            await self.process.wait()
        return time.monotonic() - began

    def flows(self) -> dict[str, FlowRecord]:
        """The journal's flows by request id. All are there once the gateway has stopped."""
        return {
            record.request_id: record
            for record, _ in Reader(self.journal).records()
            if isinstance(record, FlowRecord)
        }

    def intents(self) -> dict[str, IntentRecord]:
        return {
            record.request_id: record
            for record, _ in Reader(self.journal).records()
            if isinstance(record, IntentRecord)
        }

    def memory_kib(self, what: str = "VmRSS") -> int:
        """`VmRSS` (resident now) or `VmHWM` (the most it ever was), in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"^{what}:\s+([0-9]+) kB$", status, re.MULTILINE)
        assert found, what
        return int(found[1])


@asynccontextmanager
async def gateway(
    upstream_url: str,
    *,
    directory: Path | None = None,
    journal: Path | None = None,
    ca: Path | None = None,
    resolver: str | bool = False,
    config: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    prefix: tuple[str, ...] = (),
) -> AsyncIterator[Gateway]:
    """`python -m proxy run` with everything going to `upstream_url`, ended at the end of the block.

    `directory` holds what it writes (a temporary one by default), `journal` its journal; `ca` is trusted;
    `resolver` gives it one that fails on demand, and may say what it does first (`ok`, `fail`, `hang`); `config` is its configuration file; `prefix` stands before the
    command (faketime, prlimit).
    """
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as temporary:
        folder = directory or Path(temporary)
        journal = journal or folder / "journal"
        variables = {**BARE, "HOME": temporary}
        variables |= {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": API_SECRET}
        mode = folder / "resolver" if resolver else None
        if mode is not None:
            mode.write_text(resolver if isinstance(resolver, str) else "ok")
            variables |= {"PYTHONPATH": str(_CHILD), "FAULTS_RESOLVER": str(mode)}
        if ca is not None:
            variables["SSL_CERT_FILE"] = str(ca)
        words = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        words += ["--unsafe-upstream", upstream_url, "--journal", str(journal)]
        if config is not None:
            (folder / "config.yaml").write_text(json.dumps(config))  # JSON is YAML
            words += ["--config", str(folder / "config.yaml")]
        log = folder / "gateway.log"
        began = time.monotonic()
        with log.open("ab") as stderr:
            process = await asyncio.create_subprocess_exec(
                *(*prefix, sys.executable, "-m", "proxy", "run", *words),
                cwd=ROOT,
                env=variables | (environment or {}),
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
            )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                line = await process.stdout.readline()
            if not line:
                raise RuntimeError(f"the gateway did not start: {log.read_text()[-2000:]}")
            said = json.loads(line)
            running = Gateway(
                url=said["gateway"],
                admin_url=said["admin"],
                admin_token_file=said["admin_token_file"],
                journal=journal,
                log=log,
                resolver=mode,
                process=process,
                started_seconds=time.monotonic() - began,
            )
            yield running
            if mode is not None:
                mode.write_text("ok")  # threads that hang in it end
            await running.stop()
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client got. `status` 0: no whole answer; `broken` says how it ended."""

    status: int
    headers: dict[str, str]  # lower-case names
    body: bytes
    seconds: float
    broken: str = ""

    @property
    def execution(self) -> str:
        return self.headers.get("x-gateway-execution", "")

    @property
    def error(self) -> str:
        return self.headers.get("x-gateway-error", "")

    @property
    def request_id(self) -> str:
        return self.headers.get("x-gateway-request-id", "")


@dataclass(slots=True)
class Client:
    """One keep-alive connection to a gateway, opened when needed. One request at a time."""

    host: str
    port: int
    patience: float = 40.0
    _reader: asyncio.StreamReader | None = field(default=None)
    _writer: asyncio.StreamWriter | None = field(default=None)

    async def ask(self, method: str, target: str, form: bytes = b"", *headers: str) -> Answer:
        """Send one request and read its answer. Never raises for what the other side does."""
        began = time.monotonic()
        seen: dict[str, str] = {}
        status = 0
        try:
            async with asyncio.timeout(self.patience):
                await self.send(method, target, form, *headers)
                assert self._reader is not None
                status, seen = await _head(self._reader)
                body = b"" if status in (204, 304) else await _body(self._reader, seen)
        except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as error:
            self.close()
            return Answer(0, seen, b"", time.monotonic() - began, f"{status} {type(error).__name__}")
        if seen.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, seen, body, time.monotonic() - began)

    async def send(self, method: str, target: str, form: bytes = b"", *headers: str) -> None:
        """Send one request and do not wait for its answer."""
        if self._writer is None or self._writer.is_closing() or (self._reader and self._reader.at_eof()):
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: faults", *headers]
        if form:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + form)
        await self._writer.drain()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    def reset(self) -> None:
        """Hang up at once: what was not read is lost."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
    }
    return int(lines[0].split(" ")[1]), headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


async def ask_once(url: str, method: str, target: str, form: bytes = b"", *headers: str) -> Answer:
    """One request on a connection of its own. `url`: of the gateway or its admin port."""
    parts = urlsplit(url)
    client = Client(parts.hostname or "", parts.port or 0)
    answer = await client.ask(method, target, form, *headers)
    client.close()
    return answer


@dataclass(frozen=True, slots=True)
class Order:
    """A request with a test id by which the exchange counts it."""

    method: str
    target: str
    form: bytes
    test_id: str


def write(test_id: str, kind: int = 0) -> Order:
    """A write on orders: place, cancel, amend, cancel and replace, place in the query, by `kind` modulo five."""
    mark, old = f"newClientOrderId={test_id}", f"rigClientOrderId={OLD}{test_id}"
    match kind % 5:
        case 0:
            form = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001&{mark}"
            return Order("POST", "/api/v3/order", form.encode(), test_id)
        case 1:
            return Order("DELETE", f"/api/v3/order?symbol=BTCUSDT&o{old}&{mark}", b"", test_id)
        case 2:
            form = f"symbol=BTCUSDT&orderId=28&newQty=1&{mark}"
            return Order("PUT", "/api/v3/order/amend/keepPriority", form.encode(), test_id)
        case 3:
            form = (
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=20000"
                f"&cancelReplaceMode=STOP_ON_FAILURE&cancelO{old}&{mark}"
            )
            return Order("POST", "/api/v3/order/cancelReplace", form.encode(), test_id)
    return Order(
        "POST", f"/api/v3/order?symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.001&{mark}", b"", test_id
    )


def read(test_id: str) -> Order:
    """A signed read that the exchange counts."""
    return Order("GET", f"/api/v3/allOrders?symbol=BTCUSDT&origClientOrderId={test_id}", b"", test_id)


async def load(
    to: Gateway,
    orders: Iterable[Order],
    *,
    clients: int,
    pause: Callable[[], float] | None = None,
    stagger: float = 0.0,
) -> list[tuple[Order, Answer]]:
    """Send all orders over so many connections; each client waits for an answer before it asks again.

    `pause`: seconds between an answer and the next request of a client. `stagger`: seconds from the start of one
    client to that of the next.
    """
    waiting = iter(orders)
    results: list[tuple[Order, Answer]] = []

    async def one(nth: int) -> None:
        await asyncio.sleep(nth * stagger)
        client = Client(to.host, to.port)
        for order in waiting:
            answer = await client.ask(order.method, order.target, order.form)
            results.append((order, answer))
            if pause is not None:
                await asyncio.sleep(pause())
        client.close()

    await asyncio.gather(*(one(nth) for nth in range(clients)))
    return results


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to become true. Raises TimeoutError if it does not."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # what is waited for lies in other processes and counts
            await asyncio.sleep(0.002)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
