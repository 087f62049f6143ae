"""Connections: verified TLS, explicit proxies, source addresses."""

import asyncio
import base64
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.core.errors import Execution, UpstreamError
from proxy.core.secret import Secret
from proxy.upstream.connection import Timeouts
from proxy.upstream.dial import Dialer
from proxy.upstream.tls import tls_context
from tests.upstream.scripted import OK, read_request

GET = b"GET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def tls_server(context: ssl.SSLContext) -> AsyncIterator[tuple[str, list[bytes]]]:
    requests: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        while request := await read_request(reader):
            requests.append(request)
            writer.write(OK)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests
    finally:
        server.close()
        await asyncio.gather(*tasks, return_exceptions=True)


def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch, **more: object) -> Dialer:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return Dialer(context=tls_context(), unsafe=True, **more)  # type: ignore[arg-type]  # test parameters


async def fetch(dialer: Dialer, base: str) -> bytes:
    connection = await dialer.open(base)
    connection.write(GET, Timeouts(5, 5, 5, time.monotonic), time.monotonic())
    await connection.head()
    body = await connection.read()
    connection.close()
    await asyncio.sleep(0.02)
    return body


async def test_trust_comes_from_ssl_cert_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    async with tls_server(authority.context()) as (base, requests):
        assert await fetch(trusting(authority, monkeypatch), base) == b"{}"
    assert requests == [GET]


WRONG: dict[str, Callable[[Authority, Authority], ssl.SSLContext]] = {
    "unknown authority": lambda ours, other: other.context(),
    "wrong name": lambda ours, other: ours.context("127.0.0.9"),
    "expired": lambda ours, other: ours.context(days=-1),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_certificate_ends_it_before_an_octet_is_sent(
    make: Callable[[Authority, Authority], ssl.SSLContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Authority(tmp_path), Authority(tmp_path, "other authority")
    async with tls_server(make(ours, other)) as (base, requests):
        with pytest.raises(UpstreamError) as caught:
            await trusting(ours, monkeypatch).open(base)
    assert (caught.value.refusal.token, caught.value.stage) == ("upstream_tls", "tls")
    assert caught.value.refusal.execution is Execution.NOT_SENT
    assert requests == []


def test_tls_keys_are_never_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def forward_proxy(kind: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A proxy of a few lines: HTTP CONNECT (RFC 9110 section 9.3.6) or SOCKS5 (RFC 1928, 1929)."""
    said: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()

    async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        head = await reader.readuntil(b"\r\n\r\n")
        said.append(head)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return head.split(b" ")[1].decode()

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        if 2 in methods:
            writer.write(b"\x05\x02")
            said.append(await reader.readexactly(2))
            user = await reader.readexactly(said[-1][1])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            said.append(user + b":" + password)
            writer.write(b"\x01\x00")
        else:
            writer.write(b"\x05\x00")
        request = await reader.readexactly(4)
        if request[3] == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2))
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        return f"{host}:{port}"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        target = await (http if kind == "http" else socks)(reader, writer)
        host, _, port = target.rpartition(":")
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"{kind}://127.0.0.1:{server.sockets[0].getsockname()[1]}", said
    finally:
        server.close()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
@pytest.mark.parametrize("credentials", [None, b"test-user:test-pass:word"])
async def test_an_explicit_proxy_carries_tls_end_to_end(
    kind: str, credentials: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    async with tls_server(authority.context()) as (base, requests), forward_proxy(kind) as (url, said):
        dialer = trusting(
            authority,
            monkeypatch,
            proxy_url=url,
            proxy_credentials=Secret(credentials) if credentials else None,
        )
        assert await fetch(dialer, base) == b"{}"
    assert requests == [GET]
    heard = b"".join(said)
    assert b"/api/v3/time" not in heard
    if credentials:
        assert (base64.b64encode(credentials) if kind == "http" else credentials) in heard


async def test_the_name_of_a_proxy_is_looked_up_once_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """python-socks would ask in the event loop's own pool, whose threads hold up the end of the process."""
    asked: list[str] = []

    async def addresses(host: str, port: int) -> list[object]:
        asked.append(host)
        return [
            (socket.AF_INET6, 1, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, 1, 6, "", ("127.0.0.1", port)),
        ]

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(addresses))
    authority = Authority(tmp_path)
    async with tls_server(authority.context()) as (base, requests), forward_proxy("http") as (url, _):
        dialer = trusting(authority, monkeypatch, proxy_url=url.replace("127.0.0.1", "proxy.test"))
        assert [await fetch(dialer, base), await fetch(dialer, base)] == [b"{}", b"{}"]
    assert requests == [GET, GET]
    assert asked == ["proxy.test"]


async def test_environment_proxies_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    authority = Authority(tmp_path)
    async with tls_server(authority.context()) as (base, _):
        assert await fetch(trusting(authority, monkeypatch), base) == b"{}"


async def test_a_proxy_that_is_down_means_not_sent() -> None:
    dialer = Dialer(context=tls_context(), proxy_url="socks5://127.0.0.1:9")
    with pytest.raises(UpstreamError) as caught:
        await dialer.open("https://api.binance.com")
    assert caught.value.refusal.token == "upstream_unreachable"
    assert caught.value.refusal.execution is Execution.NOT_SENT


async def test_the_source_address_can_be_named() -> None:
    peers: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername")[0])
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connection = await Dialer(context=tls_context(), unsafe=True, local_address="127.0.0.7").open(base)
        await asyncio.sleep(0.05)
        connection.close()
    assert peers == ["127.0.0.7"]


async def test_a_name_that_does_not_resolve_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> list[object]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(nowhere))
    with pytest.raises(UpstreamError) as caught:
        await Dialer(context=tls_context()).open("https://api.binance.com")
    assert (caught.value.stage, caught.value.refusal.token) == ("dns", "upstream_unreachable")


async def test_a_resolver_that_hangs_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(hangs))
    with pytest.raises(UpstreamError) as caught:
        await Dialer(context=tls_context(), connect_seconds=0.2).open("https://api.binance.com")
    assert (caught.value.stage, caught.value.refusal.execution) == ("dns", Execution.NOT_SENT)
