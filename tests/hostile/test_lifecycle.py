"""Spoilt state files and other accidents: trading goes on, or the start is refused with one line that says why."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.gateway import ROOT, GatewayProcess, arguments, variables
from tests.faults.frame import Client
from tests.support.recording_upstream import recording_upstream


def put(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def pipe(path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    os.mkfifo(path, 0o600)


def link(path: Path) -> None:
    put(path.parent.parent / "elsewhere", b"{}")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.symlink_to(path.parent.parent / "elsewhere")


def folder(path: Path) -> None:
    path.mkdir(parents=True)


FAR = {
    "scope": "ip",
    "base": "https://api.binance.com",
    "account": "",
    "until_unix_ms": 2**60,
    "seconds": 2**40,
}
GOES_ON: dict[str, Callable[[Path], None]] = {
    "holds-garbage": lambda at: put(at / "holds.json", b"\xff\x00{[" * 100),
    "holds-empty": lambda at: put(at / "holds.json", b""),
    "holds-future": lambda at: put(at / "holds.json", json.dumps([FAR]).encode()),
    "holds-symlink": lambda at: link(at / "holds.json"),
    "holds-dir": lambda at: folder(at / "holds.json"),
    "tagkey-short": lambda at: put(at / "tag.key", b"abc"),
    "tagkey-empty": lambda at: put(at / "tag.key", b""),
    "tagkey-0644": lambda at: put(at / "tag.key", b"k" * 32, 0o644),
    "tagkey-pipe": lambda at: pipe(at / "tag.key"),
    "admintoken-fifo": lambda at: pipe(at / "admin-token"),
    "journal-deep": lambda at: put(at / "flows-20260723T101456789Z-0000.jsonl", b"[" * 200_000),
}
CLIENTS: dict[str, Callable[[Path], None]] = {
    "clients-empty": lambda at: put(at, b""),
    "clients-0644": lambda at: put(at, b'{"schema":1,"clients":{}}', 0o644),
    "clients-list": lambda at: put(at, b"[]"),
    "clients-fifo": pipe,
}


async def serves(running: GatewayProcess) -> bool:
    client = Client(running.host, running.port)
    answer = await client.ask("GET", "/api/v3/account")
    client.close()
    return answer.status == 200


@pytest.mark.parametrize("case", GOES_ON)
async def test_a_state_file_that_is_spoilt_does_not_stop_trading(tmp_path: Path, case: str) -> None:
    GOES_ON[case](tmp_path / "journal")
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        assert await serves(running)
        await running.stop()
        assert running.process.returncode == 0


def refused(folder: Path, *more: str) -> str:
    """The lines of a start that is refused."""
    command = [sys.executable, "-m", "proxy", *arguments("http://127.0.0.1:9", folder / "journal"), *more]
    done = subprocess.run(
        command, cwd=ROOT, env=variables(folder), capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    return line


@pytest.mark.parametrize("case", CLIENTS)
def test_a_file_of_clients_that_cannot_be_trusted_refuses_the_start(tmp_path: Path, case: str) -> None:
    CLIENTS[case](tmp_path / "clients.json")
    put(tmp_path / "config.yaml", json.dumps({"clients_file": str(tmp_path / "clients.json")}).encode())
    assert "clients.json" in refused(tmp_path, "--config", str(tmp_path / "config.yaml"))


def test_a_journal_that_is_a_link_refuses_the_start(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "journal").symlink_to(tmp_path / "elsewhere")
    assert "cannot be opened" in refused(tmp_path)


REPLACED: dict[str, Callable[[Path], None]] = {
    "symlink": link,
    "fifo": pipe,
    "dir": folder,
}


@pytest.mark.parametrize("case", REPLACED)
async def test_a_journal_file_that_becomes_something_else_is_followed_by_another(
    tmp_path: Path, case: str
) -> None:
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        assert await serves(running)
        await asyncio.sleep(0.1)  # it is written in batches
        for file in running.journal.glob("flows-*"):
            file.unlink()
            REPLACED[case](file)
        assert [await serves(running) for _ in range(3)] == [True] * 3
        await running.stop()
        assert running.process.returncode == 0
    whole = [one for one in running.journal.glob("flows-*") if one.is_file() and not one.is_symlink()]
    assert sum(one.read_bytes().count(b'"type":"flow"') for one in whole) == 3


async def test_a_journal_that_is_removed_stops_neither_trading_nor_the_end(tmp_path: Path) -> None:
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        assert await serves(running)
        await asyncio.sleep(0.1)
        running.journal.rename(tmp_path / "gone")
        assert await serves(running)
        await running.stop()
        assert running.process.returncode == 0


async def test_sigpipe_changes_nothing(tmp_path: Path) -> None:
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        for _ in range(5):
            running.process.send_signal(signal.SIGPIPE)
            assert await serves(running)


@pytest.mark.parametrize(("connections", "files"), [(64, 0), (512, 64)])
async def test_connections_that_ask_for_nothing_lock_nobody_out(
    tmp_path: Path, connections: int, files: int
) -> None:
    """200 of them with half a head, at a limit of connections, or of descriptors."""
    config = {"limits": {"connections": connections, "head_seconds": 1}}
    prefix = ("prlimit", f"--nofile={files}") if files else ()
    async with (
        recording_upstream() as upstream,
        GatewayProcess(upstream.url, tmp_path, config=config, prefix=prefix) as running,
    ):
        assert await serves(running)
        silent = []
        for _ in range(200):
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(0.2):
                    _, writer = await asyncio.open_connection(running.host, running.port)
                writer.write(b"GET /api/v3/ping HTTP/1.1\r\nHost: ")
                silent.append(writer)
        end = time.monotonic() + 5
        while time.monotonic() < end and not await serves(running):
            await asyncio.sleep(0.1)
        for writer in silent:
            writer.close()
        assert await serves(running)
