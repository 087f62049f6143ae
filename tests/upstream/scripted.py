"""An upstream that does exactly what a script says, and keeps what it was given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from proxy.upstream.pool import REST_SECONDS

type Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Upstream:
    """`acts` are used one per request, the last one again and again."""

    acts: list[Act]
    base: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    server: asyncio.Server = field(init=False)

    def next_act(self) -> Act:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


async def rest() -> None:
    """Until a connection that has answered may be used again."""
    await asyncio.sleep(REST_SECONDS * 5)  # an answer may take a while on a busy machine


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One whole request; b"" at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def answers(octets: bytes) -> Act:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        await writer.drain()

    return act


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def answers_and_hangs_up(octets: bytes) -> Act:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(octets)
        await writer.drain()
        writer.close()

    return act


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@asynccontextmanager
async def upstream(*acts: Act) -> AsyncIterator[Upstream]:
    script = Upstream(list(acts) or [answers(OK)])
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script.connections += 1
        writers.append(writer)
        while not writer.is_closing() and (request := await read_request(reader)):
            script.requests.append(request)
            await script.next_act()(reader, writer)

    server = script.server = await asyncio.start_server(serve, "127.0.0.1", 0)
    script.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield script
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
