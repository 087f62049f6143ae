"""What every case stands on: a gateway in a process of its own, a client for load, rows for the table."""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harness.gateway import GatewayProcess
from proxy.core.redaction import FlowRecord, IntentRecord, decode_record
from proxy.journal.reader import Reader
from tests.faults.inside import injected
from tests.faults.upstream import OLD

NO_BYTECODE: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""What has another clock, a broken disk, or is killed, leaves nothing of that beside the sources."""
_METRIC: Final = re.compile(r"^([a-z_]+)(?:\{[^}]*\})? ([0-9.e+-]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    promise: str  # R1 ... R18
    wanted: str
    measured: str
    held: bool
    note: str = ""  # how it was produced, what falls short


type Measure = Callable[[float], Awaitable[list[Row]]]
"""A case. The scale is 1 for the full size, 0.1 for a tenth."""


def scaled(count: float, scale: float, least: int = 1) -> int:
    return max(least, round(count * scale))


class Gateway(GatewayProcess):
    """A gateway process that listens. All of its journal is there once it has stopped."""

    resolver: Path | None = None
    """Write `ok`, `fail` or `hang` into it; None where the system's resolver is asked."""

    def flows(self) -> dict[str, FlowRecord]:
        """The journal's flows by request id."""
        return {
            record.request_id: record
            for _, line in Reader(self.journal).records()
            if isinstance(record := decode_record(line), FlowRecord)
        }

    def intents(self) -> dict[str, IntentRecord]:
        return {
            record.request_id: record
            for _, line in Reader(self.journal).records()
            if isinstance(record := decode_record(line), IntentRecord)
        }

    async def metric(self, name: str) -> float:
        """One metric of the admin port, summed over its labels."""
        text = (await ask_once(self.admin_url, "GET", "/metrics")).body.decode()
        return sum(float(value) for found, value in _METRIC.findall(text) if found == name)


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
    """A gateway, see GatewayProcess. `directory`: the folder for what it writes, a temporary one if there is none.

    `resolver` gives it one that fails on demand, and may say what it does first (`ok`, `fail`, `hang`).
    """
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as temporary:
        folder, environment = directory or Path(temporary), NO_BYTECODE | (environment or {})
        mode = folder / "resolver" if resolver else None
        if mode is not None:
            mode.write_text(resolver if isinstance(resolver, str) else "ok")
            environment = injected(resolver=mode) | environment
        async with Gateway(
            upstream_url,
            folder,
            journal=journal,
            ca=ca,
            config=config,
            environment=environment,
            prefix=prefix,
        ) as running:
            running.resolver = mode
            yield running
            if mode is not None:
                mode.write_text("ok")  # threads that hang in it end


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
    timeout: float = 40.0
    _reader: asyncio.StreamReader | None = field(default=None)
    _writer: asyncio.StreamWriter | None = field(default=None)

    async def ask(self, method: str, target: str, form: bytes = b"", *headers: str) -> Answer:
        """Send one request and read its answer. Never raises for what the other side does."""
        began = time.monotonic()
        seen: dict[str, str] = {}
        status = 0
        try:
            async with asyncio.timeout(self.timeout):
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
            self.close()
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: faults", *headers]
        if form:
            kind = "json" if form[:1] == b"{" else "x-www-form-urlencoded"
            lines += [f"Content-Type: application/{kind}", f"Content-Length: {len(form)}"]
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
        while not true():  # what is waited for lies in other processes and counts
            await asyncio.sleep(0.002)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
