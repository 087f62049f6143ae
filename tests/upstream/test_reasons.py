"""Why a connection could not be made: real failures, and those that loopback cannot make."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.core.errors import UpstreamError
from proxy.upstream.dial import Dialer
from proxy.upstream.faults import in_words
from proxy.upstream.reasons import reason_of
from proxy.upstream.tls import tls_context
from tests.upstream.test_dial import tls_server, trusting


async def _why(dialer: Dialer, base: str) -> str:
    with pytest.raises(UpstreamError) as raised:
        await dialer.open(base)
    return in_words(raised.value)


def _unsafe() -> Dialer:
    return Dialer(context=tls_context(), unsafe=True, connect_seconds=2.0)


async def test_a_closed_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert await _why(_unsafe(), f"http://127.0.0.1:{port}") == "connect: connection refused"


async def test_a_name_that_nobody_has() -> None:
    assert await _why(_unsafe(), "http://no-such-name.invalid:80") in (
        "dns: name not found",
        "dns: the name server does not answer",  # on a machine without any
    )


async def test_what_answers_speaks_no_tls() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-test\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        assert await _why(_unsafe(), f"https://127.0.0.1:{port}") == "tls: what answers does not speak TLS"
    finally:
        server.close()
        await server.wait_closed()


async def test_nobody_answers_in_time() -> None:
    with socket.socket() as silent:  # the kernel accepts, and nobody shakes hands
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dialer = Dialer(context=tls_context(), unsafe=True, connect_seconds=0.2)
        base = f"https://127.0.0.1:{silent.getsockname()[1]}"
        assert await _why(dialer, base) == "tls: no answer within 0.2 s"


CERTIFICATES: dict[str, Callable[[Authority, Authority], ssl.SSLContext]] = {
    "tls: the certificate is of an authority that is not trusted here": lambda ours, other: other.context(),
    "tls: the certificate is for another address": lambda ours, other: ours.context("127.0.0.9"),
    "tls: the certificate has expired (is this machine's clock right?)": lambda ours, other: ours.context(
        days=-1
    ),
}


@pytest.mark.parametrize("words", CERTIFICATES)
async def test_a_wrong_certificate(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, other = Authority(tmp_path), Authority(tmp_path, "other authority")
    async with tls_server(CERTIFICATES[words](ours, other)) as (base, _):
        assert await _why(trusting(ours, monkeypatch), base) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENETUNREACH, "text of the system"), "network unreachable"),
        (OSError(errno.EIO, "text of anybody"), "OSError"),
        (OSError("text of anybody"), "OSError"),
        (TimeoutError(), "timed out"),
        (socket.gaierror(socket.EAI_AGAIN, "text"), "the name server does not answer"),
        (socket.gaierror(socket.EAI_FAMILY, "text"), "the name cannot be looked up"),
        (UnicodeError("text"), "this can be no name"),
        (ssl.SSLError("text of anybody"), "TLS failed"),
        (RuntimeError("text of anybody"), "RuntimeError"),
    ],
)
def test_only_words_of_our_own(error: BaseException, words: str) -> None:
    assert reason_of(error) == words


def test_an_alert_is_told_by_its_name() -> None:
    error = ssl.SSLError(1, "text")
    error.reason = "TLSV1_ALERT_PROTOCOL_VERSION"
    assert reason_of(error) == "tlsv1 alert protocol version"
