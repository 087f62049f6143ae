"""The same on uvloop, which `run` uses where it is installed: its transports and TLS are other code."""

import asyncio
import time
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.core.settings import UpstreamSettings
from proxy.upstream.dial import Dialer
from proxy.upstream.sender import Sender
from proxy.upstream.tls import tls_context
from tests.upstream.scripted import OK, read_request, rest

uvloop = pytest.importorskip("uvloop")
GET = b"GET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1"


def test_connections_are_used_again_looked_at_before_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    resumed: list[bool] = []
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        resumed.append(writer.get_extra_info("ssl_object").session_reused)
        writers.append(writer)
        while await read_request(reader):
            writer.write(OK)
        writer.close()

    async def scene() -> list[bool]:
        reused = []
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=authority.context())
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), time.monotonic)
        for octets in (GET, POST, GET):
            answer = await sender.send(base, octets, repeatable=octets is GET)
            assert await answer.read_small(100) == b"{}"
            reused.append(answer.reused)
            await rest()
        writers[0].close()
        await asyncio.sleep(0.05)
        answer = await sender.send(base, POST, repeatable=False)
        assert await answer.read_small(100) == b"{}"
        await sender.close()
        server.close()
        await asyncio.sleep(0.05)
        return [*reused, answer.reused]

    assert uvloop.run(scene()) == [False, True, True, False]
    assert resumed == [False, True]
