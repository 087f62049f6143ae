"""A client for the benchmark: some connections, one request at a time on each, for some seconds.

    python -m benchmarks.load PORT CONNECTIONS SECONDS      prints one JSON object

Times are microseconds from the last octet handed to the socket to the last octet of the answer.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

REQUEST = (
    b"GET /api/v3/account?omitZeroBalances=false HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\n"
    b"Accept: */*\r\n\r\n"
)


class Client(asyncio.Protocol):
    """One connection that asks again as soon as it was answered."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.times: list[float] = []
        self.other = 0
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)
        self.ask()

    def ask(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        lower = self.buffer[:end].lower()
        length = int(lower[lower.index(b"content-length:") + 15 :].split(b"\r\n", 1)[0])
        if len(self.buffer) < end + 4 + length:
            return
        now = time.perf_counter()
        if self.buffer.startswith(b"HTTP/1.1 200"):
            self.times.append((now - self.began) * 1e6)
        else:
            self.other += 1
        self.buffer = b""
        if now < self.until:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; `other` counts answers that were not 200."""

    answered: int
    other: int
    per_second: float
    p50_us: float
    p99_us: float


async def ask(port: int, connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: Client(until), "127.0.0.1", port)
        clients.append(client)
    await asyncio.wait([client.done for client in clients], timeout=seconds + 20)
    times = sorted(t for client in clients for t in client.times)
    return Load(
        answered=len(times),
        other=sum(client.other for client in clients),
        per_second=len(times) / seconds,
        p50_us=times[len(times) // 2] if times else 0,
        p99_us=times[int(len(times) * 0.99)] if times else 0,
    )


if __name__ == "__main__":
    import uvloop

    load = uvloop.run(ask(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(asdict(load)))
