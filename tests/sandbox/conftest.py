"""A sandbox on loopback and a bare HTTP client that sends exactly the octets it is given."""

import asyncio
import gzip
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from proxy.sandbox import Observation, RunningSandbox, Sandbox, SandboxKey, start

NOW_MS = 1_780_000_000_000
API_KEY = "testkey" + "0" * 57
SECRET = "testsecret" + "0" * 54


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int | None:
        """The code of a refusal; None for a page, and for a good answer."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return None
        return told.get("code") if self.status >= 400 else None


def sign(payload: str | bytes, secret: str = SECRET) -> str:
    octets = payload.encode() if isinstance(payload, str) else payload
    return hmac.new(secret.encode(), octets, hashlib.sha256).hexdigest()


class Exchange:
    """A running sandbox whose clock stands at `now_ms`, and what it saw."""

    def __init__(self, sandbox: Sandbox, running: RunningSandbox, seen: list[Observation]) -> None:
        self.sandbox, self.running, self.seen = sandbox, running, seen

    sign = staticmethod(sign)

    async def send(
        self,
        method: str,
        target: str | bytes,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        *,
        api_key: str | None = API_KEY,
    ) -> Response:
        """One request on a connection of its own. Raises ConnectionError if no whole answer comes."""
        octets = target.encode("utf-8") if isinstance(target, str) else target
        lines = {"Host": "127.0.0.1", "Connection": "close", **(headers or {})}
        if api_key is not None:
            lines = {"X-MBX-APIKEY": api_key} | lines
        if body:
            lines["Content-Length"] = str(len(body))
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in lines.items())
        reader, writer = await asyncio.open_connection("127.0.0.1", self.running.port)
        try:
            writer.write(method.encode() + b" " + octets + b" HTTP/1.1\r\n" + head + b"\r\n" + body)
            await writer.drain()
            return _parse(await asyncio.wait_for(reader.read(-1), 30))
        finally:
            writer.close()

    async def signed(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        form: str | None = None,
        body: object = None,
        headers: dict[str, str] | None = None,
        api_key: str = API_KEY,
        secret: str = SECRET,
        timestamp: int | None = None,
    ) -> Response:
        """Signs as the documentation says: query and form, timestamp and signature last in the query."""
        stamp = self.sandbox.now_ms() if timestamp is None else timestamp
        query = f"{query}&timestamp={stamp}" if query else f"timestamp={stamp}"
        sent, own = b"", dict(headers or {})
        if form is not None:
            sent, own["Content-Type"] = form.encode(), "application/x-www-form-urlencoded"
        if body is not None:
            sent, own["Content-Type"] = json.dumps(body).encode(), "application/json"
        signature = sign(query + (form or ""), secret)
        return await self.send(method, f"{path}?{query}&signature={signature}", own, sent, api_key=api_key)


def _parse(received: bytes) -> Response:
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        raise ConnectionError("no answer")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunk(body)
    elif len(body) < int(headers.get("content-length", 0)):
        raise ConnectionError("half an answer")
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Response(int(first.split(" ")[1]), headers, body)


def _unchunk(body: bytes) -> bytes:
    whole = []
    while body:
        size, _, body = body.partition(b"\r\n")
        whole.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(whole)


@pytest.fixture
async def open_exchange() -> AsyncIterator[Any]:
    """Opens sandboxes with given settings; closes them when the test is over."""
    opened: list[RunningSandbox] = []

    async def opener(**settings: Any) -> Exchange:
        seen: list[Observation] = []
        settings = {
            "now_ms": lambda: NOW_MS,
            "keys": [SandboxKey(API_KEY, "hmac", SECRET)],
            "observer": seen.append,
            **settings,
        }
        sandbox = Sandbox(**settings)
        running = await start(sandbox)
        opened.append(running)
        return Exchange(sandbox, running, seen)

    yield opener
    for running in opened:
        await running.stop()


@pytest.fixture
async def exchange(open_exchange: Any) -> Exchange:
    opened: Exchange = await open_exchange()
    return opened
