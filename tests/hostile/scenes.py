"""A gateway in front of an upstream that follows a script, for the inputs that are described in words."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxy.app.gateway import Gateway
from tests.support.gateway import gateway
from tests.support.raw_client import RawAnswer, ask
from tests.upstream.scripted import OK, Act, Upstream, answers, read_request

__all__ = ["OK", "ORDER_FORM", "Scene", "answers", "request", "scene"]

ORDER_FORM = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1"


def request(method: str, target: str, body: bytes = b"", headers: str = "") -> bytes:
    """A plain request to the gateway."""
    framing = f"Content-Length: {len(body)}\r\n" if body or method == "POST" else ""
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{framing}{headers}\r\n".encode() + body


@dataclass
class Scene:
    """`upstream.requests` holds what came for clients: the gateway's questions for the time are answered apart."""

    gateway: Gateway
    upstream: Upstream
    journal: Path

    async def ask(self, octets: bytes) -> RawAnswer:
        return await ask(self.gateway.url, octets)

    async def order(self) -> RawAnswer:
        """A POST of an order."""
        return await self.ask(request("POST", "/api/v3/order", ORDER_FORM))

    async def until_idle(self, flows: int) -> None:
        """Until so many flows were served and recorded."""
        pipeline = self.gateway.pipeline
        async with asyncio.timeout(10):
            while pipeline.slots.busy or pipeline.recorder.tally.outcomes.total() < flows:
                await asyncio.sleep(0.01)

    def flows(self) -> list[dict[str, Any]]:
        """The records of flows, once the gateway has stopped."""
        text = b"".join(file.read_bytes() for file in sorted(self.journal.glob("flows-*.jsonl")))
        return [line for line in map(json.loads, text.splitlines()) if line["type"] == "flow"]


@asynccontextmanager
async def scene(
    directory: Path, *acts: Act, time_answer: bytes = b"", **settings: Any
) -> AsyncIterator[Scene]:
    """`acts` are used one per request, the last one again and again. `time_answer`: instead of the right time."""
    script = Upstream(list(acts) or [answers(OK)])
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script.connections += 1
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing() and (octets := await read_request(reader)):
                if octets.startswith(b"GET /api/v3/time "):
                    if time_answer:
                        writer.write(time_answer)
                        continue
                    body = b'{"serverTime":%d}' % (time.time_ns() // 1_000_000)
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                    continue
                script.requests.append(octets)
                await script.next_act()(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    script.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings["upstream"] = {"unsafe_url": script.base, **settings.get("upstream", {})}
    try:
        async with gateway(script.base, directory / "journal", **settings) as running:
            yield Scene(running, script, directory / "journal")
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
