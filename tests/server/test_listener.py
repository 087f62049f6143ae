"""Listening on a Unix socket: for its owner only, and without a fight over the file."""

import os
import socket
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, UnixConnector

from harness.authority import Authority
from proxy.core.errors import ConfigError
from proxy.core.settings import LimitSettings
from proxy.server import ClientRequest, GatewayServer, Reply
from proxy.server.listener import listen, server_tls
from tests.support.gateway import gateway
from tests.upstream.scripted import OK, answers, upstream


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("s") / "gateway.sock")


def mode_of(path: str) -> int | None:
    """The permissions of the file; None where there is none."""
    found = Path(path)
    return stat.S_IMODE(found.stat().st_mode) if found.exists() else None


def facts_of(path: str) -> os.stat_result:
    return Path(path).stat()


async def ask(path: str) -> tuple[int, Any]:
    async with (
        ClientSession(connector=UnixConnector(path)) as session,
        session.get("http://localhost/api/v3/ping") as answer,
    ):
        return answer.status, answer.headers


async def test_a_gateway_on_a_socket_serves_its_owner_and_leaves_nothing_behind(
    path: str, tmp_path: Path
) -> None:
    async with upstream(*[answers(OK)] * 20) as script:
        async with gateway(script.base, tmp_path / "j", listen=f"unix:{path}") as running:
            assert running.url == f"unix:{path}"
            assert mode_of(path) == 0o600
            assert (await ask(path))[0] == 200
        assert mode_of(path) is None


async def test_another_user_is_refused_whatever_the_mode_says(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hello(request: ClientRequest) -> None:
        await request.answer(Reply(200, b"", b"hello"))

    servers: list[GatewayServer] = []
    await listen(hello, f"unix:{path}", LimitSettings(), servers)
    for uid, status in ((os.geteuid(), 200), (0, 200), (65_534, 403), (None, 200)):
        monkeypatch.setattr("proxy.server.listener.sockets.peer_uid", lambda _socket, uid=uid: uid)
        got, headers = await ask(path)
        assert got == status
        if status == 403:
            assert headers["X-Gateway-Error"] == "peer_denied"
    await servers[0].close()


async def test_the_socket_of_a_killed_gateway_is_taken_over(path: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    async with upstream(*[answers(OK)] * 20) as script:
        async with gateway(script.base, tmp_path / "j", listen=f"unix:{path}"):
            assert (await ask(path))[0] == 200


async def test_the_socket_of_a_running_gateway_is_left_alone(path: str, tmp_path: Path) -> None:
    async with upstream(*[answers(OK)] * 20) as script:
        async with gateway(script.base, tmp_path / "a", listen=f"unix:{path}"):
            with pytest.raises(ConfigError, match="another gateway listens there"):
                async with gateway(script.base, tmp_path / "b", listen=f"unix:{path}"):
                    pass
            assert (await ask(path))[0] == 200


@pytest.fixture
def taken(path: str) -> str:
    """A path where somebody's file stands."""
    Path(path).write_text("mine")
    return path


async def test_a_file_that_is_no_socket_is_left_alone(taken: str, tmp_path: Path) -> None:
    before = facts_of(taken)
    async with upstream() as script:
        with pytest.raises(ConfigError, match="is no socket"):
            async with gateway(script.base, tmp_path / "j", listen=f"unix:{taken}"):
                pass
    assert facts_of(taken) == before


async def test_https_for_clients_that_verify(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.context()
    pair = tmp_path / "server-127.0.0.1-1.pem"
    pair.chmod(0o600)
    trust = ssl.create_default_context(cafile=str(authority.file))
    files: dict[str, Any] = {"tls_certificate_file": str(pair), "tls_key_file": str(pair)}
    async with upstream(*[answers(OK)] * 20) as script:
        async with gateway(script.base, tmp_path / "j", **files) as running, ClientSession() as session:
            assert running.url.startswith("https://127.0.0.1:")
            async with session.get(running.url + "/api/v3/ping", ssl=trust) as answer:
                assert answer.status == 200
            plain = running.url.replace("https", "http")
            with pytest.raises(ClientError):
                await session.get(plain + "/api/v3/ping")
            with pytest.raises(ClientError):
                await session.get(running.url + "/api/v3/ping")


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("not a pem", 0o600, "cannot be used"),
        ("not a pem", 0o644, "mode 0600"),
        (None, 0o600, "does not exist"),
    ],
)
def test_tls_files_that_cannot_be_used(content: str | None, mode: int, says: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(ConfigError, match=says):
        server_tls(str(file), str(file))
