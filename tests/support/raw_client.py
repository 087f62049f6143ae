"""A client that sends given octets over a socket and reads one answer; no HTTP library in between."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """One final answer. `interims` are the statuses of the interim ones before it (100)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    interims: tuple[int, ...] = ()

    def header(self, name: str) -> str | None:
        """The value of a header that must not stand twice; None when absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, (name, values)
        return values[0] if values else None

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(url: str, raw: bytes) -> RawAnswer:
    """Send `raw` on a new connection to the host of `url`, read the answer, hang up."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(raw)
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await read_answer(reader, bodyless=raw.startswith(b"HEAD "))
    finally:
        writer.close()


async def read_answer(reader: asyncio.StreamReader, *, bodyless: bool = False) -> RawAnswer:
    """Interim answers, then the final one, framed by Content-Length, chunks or the end of the connection."""
    interims: list[int] = []
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        if status >= 200:
            break
        interims.append(status)
    fields = [line.partition(":")[::2] for line in head[1:] if line]
    headers = tuple((name, value.strip()) for name, value in fields)
    answer = RawAnswer(status, headers, b"", tuple(interims))
    if bodyless or status in (204, 304):
        return answer
    return RawAnswer(status, headers, await _body(reader, answer), tuple(interims))


async def _body(reader: asyncio.StreamReader, answer: RawAnswer) -> bytes:
    if answer.header("Transfer-Encoding") == "chunked":
        return await read_chunks(reader)
    length = answer.header("Content-Length")
    return await (reader.read() if length is None else reader.readexactly(int(length)))


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body without trailers."""
    parts: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)
