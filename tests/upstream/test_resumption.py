"""TLS sessions are taken up again, and only where the certificate was found good."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.core.errors import UpstreamError
from proxy.upstream import resumption
from proxy.upstream.dial import Dialer
from proxy.upstream.tls import tls_context


@asynccontextmanager
async def server(context: ssl.SSLContext, port: int = 0) -> AsyncIterator[tuple[str, list[bool]]]:
    """A base, and for each connection whether its session was an old one."""
    resumed: list[bool] = []
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        made = writer.get_extra_info("ssl_object")
        resumed.append(made.session_reused)
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", port, ssl=context)
    try:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}", resumed
    finally:
        listening.close()
        await asyncio.gather(*tasks, return_exceptions=True)


async def connect(dialer: Dialer, base: str, *, ends: str) -> None:
    connection = await dialer.open(base)
    await asyncio.sleep(0.02)  # the tickets come after the handshake
    (connection.close if ends == "close" else connection.abort)()
    await asyncio.sleep(0.02)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.mark.parametrize("ends", ["close", "abort"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_the_next_connection_takes_the_session_up(
    version: ssl.TLSVersion, ends: str, authority: Authority
) -> None:
    context = authority.context()
    context.minimum_version = context.maximum_version = version
    dialer = Dialer(context=tls_context(), unsafe=True)
    async with server(context) as (base, resumed):
        for _ in range(3):
            await connect(dialer, base, ends=ends)
    assert resumed == [False, True, True]


async def test_a_host_that_knows_the_ticket_no_more_makes_a_full_handshake(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumption, "_ASK_SECONDS", 0.0)
    dialer = Dialer(context=tls_context(), unsafe=True)
    async with server(authority.context()) as (base, resumed):
        await connect(dialer, base, ends="close")
    async with server(authority.context()) as (base, resumed):
        await connect(dialer, base, ends="close")
        await connect(dialer, base, ends="close")
    assert resumed == [False, True]


async def test_nothing_of_a_refused_certificate_is_remembered(tmp_path: Path, authority: Authority) -> None:
    """A stranger in between who shows a wrong certificate does not get in with a session the next time."""
    dialer = Dialer(context=tls_context(), unsafe=True)
    stranger = Authority(tmp_path, "other authority").context()
    async with server(stranger) as (base, resumed):
        for _ in range(3):
            with pytest.raises(UpstreamError) as caught:
                await dialer.open(base)
            assert caught.value.refusal.token == "upstream_tls"
    assert not any(resumed)


async def test_a_stranger_cannot_take_up_a_session_of_the_real_host(
    tmp_path: Path, authority: Authority
) -> None:
    dialer = Dialer(context=tls_context(), unsafe=True)
    async with server(authority.context()) as (base, _):
        await connect(dialer, base, ends="close")
    async with server(Authority(tmp_path, "other authority").context()) as (base, resumed):
        with pytest.raises(UpstreamError) as caught:
            await dialer.open(base)
        assert caught.value.refusal.token == "upstream_tls"
    assert not any(resumed)


async def test_a_certificate_is_verified_anew_after_an_hour(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialer = Dialer(context=tls_context(), unsafe=True)
    async with server(authority.context()) as (base, resumed):
        await connect(dialer, base, ends="close")
        monkeypatch.setattr(resumption, "_LONGEST_SECONDS", 0.0)
        await connect(dialer, base, ends="close")
    assert resumed == [False, False]


async def test_one_session_serves_many_connections(authority: Authority) -> None:
    """To read a session costs memory for good (see resumption.py): once is enough."""
    context = tls_context()
    dialer = Dialer(context=context, unsafe=True)
    async with server(authority.context()) as (base, resumed):
        for _ in range(2):
            await connect(dialer, base, ends="close")
        assert isinstance(context, resumption.ResumingContext)
        offered = {id(context._session("127.0.0.1")) for _ in range(3)}
        for _ in range(2):
            await connect(dialer, base, ends="close")
        offered.add(id(context._session("127.0.0.1")))
    assert len(offered) == 1
    assert resumed == [False, True, True, True]
