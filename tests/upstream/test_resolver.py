"""The system's resolver: asked in threads that hold up neither each other nor the end of the process."""

import asyncio
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.gateway import GatewayProcess
from proxy.upstream.resolver import Resolver
from tests.journal.lines import bare_lines

HANGS = """
import socket, sys, time

def getaddrinfo(host, *rest, **more):
    if host in ("localhost", b"localhost"):
        print("asked", file=sys.stderr, flush=True)
        time.sleep(60)
    return real(host, *rest, **more)

real, socket.getaddrinfo = socket.getaddrinfo, getaddrinfo
"""
ON_ASYNCIO = "sys.modules['uvloop'] = None\n"


class Dead:
    """A name server that answers nobody until `go_on` is set."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked = 0

    def __call__(self, host: str, *_: object, **__: object) -> list[object]:
        self.asked += 1
        self.go_on.wait(30)
        return [(2, 1, 6, "", ("127.0.0.1", 443))]


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dead]:
    server = Dead()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    yield server
    server.go_on.set()


async def test_an_address_needs_no_name_server() -> None:
    found = await Resolver().addresses("127.0.0.1", 443)
    assert [info[4] for info in found] == [("127.0.0.1", 443)]


@pytest.mark.parametrize("host", ["not.a.name.invalid" * 20, "a..b"])
async def test_what_can_be_no_name_is_told(host: str) -> None:
    with pytest.raises((OSError, UnicodeError)):
        await Resolver().addresses(host, 443)


async def test_questions_that_hang_hold_up_no_other(dead: Dead) -> None:
    """asyncio's own pool has a thread for each processor and four more, uvloop's has four."""
    resolver = Resolver()
    waiting = [asyncio.create_task(resolver.addresses(f"api{n}", 443)) for n in range(20)]
    await asyncio.sleep(0)
    assert dead.asked == 20
    dead.go_on.set()
    assert len(await asyncio.gather(*waiting)) == 20


async def test_there_is_a_bound_and_it_is_free_again_when_the_questions_end(dead: Dead) -> None:
    resolver = Resolver()
    waiting = [asyncio.create_task(resolver.addresses("api", 443)) for _ in range(32)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()  # the one who asked has gone; the thread has not
    with pytest.raises(OSError, match="unanswered"):
        await resolver.addresses("api", 443)
    dead.go_on.set()
    for thread in threading.enumerate():
        if thread.name == "resolver":
            await asyncio.to_thread(thread.join, 5)
    await asyncio.sleep(0.01)
    assert await resolver.addresses("api", 443)


def process(folder: Path, preparation: str) -> GatewayProcess:
    """A gateway whose upstream's name hangs for a minute. It drains for one second."""
    (folder / "sitecustomize.py").write_text(preparation)
    return GatewayProcess(
        "http://localhost:9",
        folder,
        config={"limits": {"drain_seconds": 1}},
        environment={"PYTHONPATH": str(folder)},
    )


@pytest.mark.parametrize("preparation", [HANGS, HANGS + ON_ASYNCIO], ids=["as-installed", "asyncio"])
async def test_a_stop_does_not_wait_for_a_resolver_that_hangs(preparation: str, tmp_path: Path) -> None:
    """The end comes within the drain time and about a second, and the request that was under way is recorded."""
    async with process(tmp_path, preparation) as running:
        reader, writer = await asyncio.open_connection(running.host, running.port)
        writer.write(b"GET /api/v3/account HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while b"asked" not in running.printed():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)  # the request is under way
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended(60) == 0
        assert time.monotonic() - began < 3
        writer.close()
        assert b"asked" not in await reader.read(), "the answer, if any, is one of ours"
    files = (tmp_path / "journal").glob("flows-*")
    lines = [line for file in files for line in bare_lines(file.read_bytes())]
    assert [json.loads(line)["type"] for line in lines] == ["flow"]
