"""An upstream that records the exact octets it receives and answers every request alike."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.support.raw_client import read_chunks


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it stood on the wire; header names and values as sent and in order."""

    line: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    chunked: bool

    @property
    def method(self) -> bytes:
        return self.line.split(b" ")[0]

    @property
    def target(self) -> bytes:
        return self.line.split(b" ")[1]

    @property
    def query(self) -> bytes:
        return self.target.partition(b"?")[2]

    def values(self, name: bytes) -> list[bytes]:
        """All values of a header, its name compared without case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def is_time_question(self) -> bool:
        """Whether the gateway asked for itself, to set its clock: it then names no Accept, unlike for a client."""
        return self.target.endswith(b"/time") and not self.values(b"Accept")


@dataclass(slots=True)
class RecordingUpstream:
    """`received` holds what came for clients, in the order of arrival.

    `answer` are the octets that each of them gets, head and body; the usual JSON where there are none. `ends`: then
    the connection is closed, with or without an answer.
    """

    url: str = ""
    answer: bytes = b""
    ends: bool = False
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def take(self) -> list[Received]:
        """What came since the last call."""
        taken, self.received = self.received, []
        return taken

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.append(task)
        self._writers.append(writer)
        try:
            while True:
                request = await _read(reader)
                if request.is_time_question:
                    writer.write(_usual())
                else:
                    self.received.append(request)
                    writer.write(self.answer if self.answer or self.ends else _usual())
                    if self.ends:
                        break
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _hang_up(self, server: asyncio.Server) -> None:
        """End every connection, also one that was accepted but a moment ago, and wait until each has ended."""
        all_ended = asyncio.create_task(server.wait_closed())
        while not all_ended.done():
            for writer in self._writers:
                writer.close()
            await asyncio.wait({all_ended}, timeout=0.01)
        await asyncio.gather(*self._tasks)


@asynccontextmanager
async def recording_upstream() -> AsyncIterator[RecordingUpstream]:
    """A recording upstream on a free port of loopback."""
    upstream = RecordingUpstream()
    server = await asyncio.start_server(upstream._serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    upstream.url = f"http://{host}:{port}"
    try:
        yield upstream
    finally:
        server.close()
        await upstream._hang_up(server)


async def _read(reader: asyncio.StreamReader) -> Received:
    line, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
    headers = []
    for field_line in lines:
        name, _, value = field_line.partition(b":")
        headers.append((name, value.strip(b" \t")))
    request = Received(line, tuple(headers), b"", chunked=False)
    if request.values(b"Transfer-Encoding"):
        return Received(line, tuple(headers), await read_chunks(reader), chunked=True)
    length = sum(int(value) for value in request.values(b"Content-Length"))
    return Received(line, tuple(headers), await reader.readexactly(length), chunked=False)


def _usual() -> bytes:
    body = json.dumps({"serverTime": time.time_ns() // 1_000_000, "orderId": 28_000_001}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
