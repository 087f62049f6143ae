"""Is the gateway of these settings running? A real one, none, and others in its place."""

import asyncio
from pathlib import Path

from aiohttp import ClientSession

from tests.admin.test_readiness import TIME, until_ready
from tests.doctor.patients import lines, patient
from tests.support.gateway import gateway
from tests.upstream.scripted import answers, upstream


async def told(tmp_path: Path, listen: str, admin: str | None) -> str:
    async with patient("http://127.0.0.1:9", tmp_path, listen=listen, admin=admin) as one:
        (line,) = await lines(one, "gateway")
    return line


async def test_one_that_is_ready(tmp_path: Path) -> None:
    async with (
        upstream(answers(TIME)) as script,
        gateway(script.base, tmp_path / "journal", admin="127.0.0.1:0") as running,
        ClientSession() as session,
    ):
        assert running.admin_url is not None
        await until_ready(running, session)
        listen, admin = running.url.removeprefix("http://"), running.admin_url.removeprefix("http://")
        assert (
            await told(tmp_path, listen, admin)
            == f"gateway: good: {listen} takes requests; {admin} says ready"
        )
        assert await told(tmp_path, listen, None) == (
            f"gateway: good: something listens at {listen}; without an admin port nobody can ask it more"
        )
        line = await told(tmp_path, listen, listen)
    assert line.startswith(
        f"gateway: failed: {listen} is taken, and {listen} is no admin port of a gateway -> "
    )


async def test_one_that_cannot_reach_the_exchange(tmp_path: Path) -> None:
    async with gateway("http://127.0.0.1:9", tmp_path / "journal", admin="127.0.0.1:0") as running:
        assert running.admin_url is not None
        listen, admin = running.url.removeprefix("http://"), running.admin_url.removeprefix("http://")
        line = await told(tmp_path, listen, admin)
    assert line.startswith(
        f"gateway: failed: {admin} says that it is not ready: Binance has not told its time"
    )


async def test_none_is_running(tmp_path: Path) -> None:
    assert await told(tmp_path, "127.0.0.1:9", "127.0.0.1:10") == (
        "gateway: warning: nothing listens at 127.0.0.1:9 (connection refused): the gateway is not running ->"
        " start it with"
        " `signing-proxy run`, or name its address with --listen"
    )
    assert "(OSError)" not in await told(tmp_path, f"unix:{tmp_path}/socket", None)
    assert "port 0: nobody knows which" in await told(tmp_path, "127.0.0.1:0", None)


async def test_one_that_is_stopping_and_what_is_none(tmp_path: Path) -> None:
    unavailable = b"HTTP/1.1 503 Service Unavailable\r\n\r\n"
    says = [unavailable + b'{"status":"draining","reasons":[]}', unavailable, b"SSH-2.0-test\r\n", b""]

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says[0])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        assert f"failed: {place} says that it is stopping" in await told(tmp_path, place, place)
        del says[0]
        assert f"{place} says that it is not ready, and not why" in await told(tmp_path, place, place)
        for _ in range(2):
            del says[0]
            assert f"{place} is no admin port of a gateway" in await told(tmp_path, place, place)
    finally:
        server.close()
        await server.wait_closed()
