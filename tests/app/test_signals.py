"""SIGHUP, in a real process: the end of a terminal ends the gateway as SIGTERM does, and without one the
configuration is read again."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.gateway import ROOT, GatewayProcess, arguments, variables
from proxy.core.redaction import ForeignFlow, ForeignIntent
from proxy.journal import Reader
from tests.faults.frame import Client, write
from tests.faults.upstream import exchange

WRITERS = 8


def tokens(folder: Path) -> list[Path]:
    return list(folder.glob("journal/admin-token*"))


def on_terminal(slave: int) -> None:
    """In the child: a session of its own, with this as its controlling terminal."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


async def announced(master: int) -> dict[str, Any]:
    """The first line of output that is JSON with the addresses, among what is logged on the same terminal."""
    seen = b""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(BlockingIOError):
                seen += os.read(master, 65536)
            for line in seen.split(b"\r\n")[:-1]:
                if line.startswith(b'{"event":"listening"'):
                    told: dict[str, Any] = json.loads(line)
                    return told
            await asyncio.sleep(0.01)


async def writing(url: str, number: int) -> int:
    """Orders one after another until one is not answered; how many were."""
    address = urlsplit(url)
    client, answered = Client(address.hostname or "", address.port or 0), 0
    while True:
        order = write(f"w{number}-{answered}")
        answer = await client.ask(order.method, order.target, order.form)
        if answer.status != 200:
            client.close()
            return answered
        answered += 1


async def test_a_terminal_that_goes_away_ends_it_cleanly_under_load(tmp_path: Path) -> None:
    master, slave = os.openpty()
    os.set_blocking(master, False)
    journal = tmp_path / "journal"
    async with exchange() as upstream:
        process = subprocess.Popen(  # noqa: ASYNC220  # it only starts
            [sys.executable, "-m", "proxy", *arguments(upstream.base, journal), "--json"],
            cwd=ROOT, env=variables(tmp_path), stdin=slave, stdout=slave, stderr=slave,
            preexec_fn=lambda: on_terminal(slave),  # noqa: PLW1509  # the only way to a terminal of its own
        )  # fmt: skip
        os.close(slave)
        try:
            told = await announced(master)
            assert told["pid"] == process.pid
            assert tokens(tmp_path)
            writers = [asyncio.create_task(writing(told["gateway"], number)) for number in range(WRITERS)]
            await asyncio.sleep(0.5)
            os.close(master)  # the window is closed: what is said from now on meets a dead terminal
            answered = sum(await asyncio.gather(*writers))
            code = await asyncio.to_thread(process.wait, 10)
        finally:
            process.kill()
            process.wait()
        executed = len(upstream.executed)
    records = [record for record, _ in Reader(journal).records()]
    flows = {one.request_id for one in records if isinstance(one, ForeignFlow)}
    intents = {one.request_id for one in records if isinstance(one, ForeignIntent)}
    assert code == 0
    assert executed >= answered > WRITERS
    assert len(intents) >= executed
    assert intents <= flows  # none lost its flow
    assert tokens(tmp_path) == []


async def test_without_a_terminal_the_configuration_is_read_again(tmp_path: Path) -> None:
    async with exchange() as upstream:
        async with GatewayProcess(upstream.base, tmp_path, prefix=("setsid",)) as running:
            running.process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(5):
                while b'"reloaded"' not in running.log.read_bytes():
                    await asyncio.sleep(0.01)
            client = Client(running.host, running.port)
            assert (await client.ask("GET", "/api/v3/ping")).status == 200
            client.close()
            await running.stop()
            assert running.process.returncode == 0
    assert b"signal_ignored" not in running.log.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_one_that_comes_during_the_start_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    """From the first moment that the ports may be open until they are announced."""
    async with exchange() as upstream:
        process = subprocess.Popen(  # noqa: ASYNC220  # it only starts
            [sys.executable, "-m", "proxy", *arguments(upstream.base, tmp_path / "journal")],
            cwd=ROOT, env=variables(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(20):
                while not tokens(tmp_path):
                    await asyncio.sleep(0.0005)
            process.send_signal(number)
            assert await asyncio.to_thread(process.wait, 10) == 0
        finally:
            process.kill()
            process.wait()
    assert tokens(tmp_path) == []
