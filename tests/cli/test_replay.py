"""`replay` through a real gateway to the sandbox: compared, never a write by accident."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from harness.gateway import GatewayProcess
from proxy.cli.replay import Answered, _shown
from proxy.core.foreign import Foreign
from proxy.journal import Reader
from proxy.sandbox import Observation, RunningSandbox, Sandbox, demo_keys, start
from tests.cli.conftest import Run
from tests.evidence.records import write_journal
from tests.hostile.foreign_journal import HOSTILE, MARK, hostile_journal
from tests.support.children import ROOT, bare_environment

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}


class House:
    """A gateway before a sandbox, with three recorded flows: a read, one of an order that is not there, an order."""

    def __init__(
        self, exchange: RunningSandbox, running: GatewayProcess, seen: list[Observation], folder: Path
    ) -> None:
        self.exchange, self.running, self.seen, self.folder = exchange, running, seen, folder

    async def told(self, *words: str, fed: bytes = b"") -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "proxy", *words), cwd=self.folder, env=bare_environment(HOME=str(self.folder)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await asyncio.wait_for(process.communicate(fed), 60)
        assert process.returncode is not None
        return process.returncode, printed.decode()

    async def replay(self, *words: str) -> tuple[int, str]:
        where = ("--gateway", self.running.url, "--journal", str(self.running.journal))
        return await self.told("replay", *words, *where)

    def ids(self) -> dict[str, str]:
        """Request ids by method and path, of the first flow of each."""
        found: dict[str, str] = {}
        for path in sorted(self.running.journal.glob("flows-*")):
            for line in map(json.loads, path.read_text().splitlines()):
                if line["type"] == "flow":
                    found.setdefault(f"{line['http.request.method']} {line['url.path']}", line["request_id"])
        return found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    seen: list[Observation] = []
    exchange = await start(Sandbox(keys=demo_keys(), observer=seen.append))
    try:
        async with GatewayProcess(exchange.url, tmp_path / "gateway") as running, ClientSession() as session:
            calls: list[tuple[str, str, Any]] = [
                ("GET", "/api/v3/account", None), ("GET", "/api/v3/order?symbol=BTCUSDT&orderId=77", None),
                ("POST", "/api/v3/order", ORDER),
            ]  # fmt: skip
            for method, target, data in calls:
                async with session.request(method, running.url + target, data=data) as answer:
                    await answer.read()
            house = House(exchange, running, seen, tmp_path)
            async with asyncio.timeout(20):
                while len(house.ids()) < len(
                    calls
                ):  # an error is examined first, and lines are written in batches
                    await asyncio.sleep(0.02)
            yield house
    finally:
        await exchange.stop()


@pytest.mark.slow
async def test_reads_again_and_what_differs(house: House) -> None:
    ids = house.ids()
    code, said = await house.replay(ids["GET /api/v3/account"])
    assert (code, said.splitlines()[-1]) == (0, "  as recorded: 200"), said
    house.exchange.sandbox.keys.clear()
    code, said = await house.replay(ids["GET /api/v3/account"])
    assert code == 1
    assert "  status: 200 -> 401\n  code: none -> -2008\n" in said
    assert "  balances: there -> gone" in said


@pytest.mark.slow
async def test_what_was_not_recorded_is_asked_for(house: House) -> None:
    id_ = house.ids()["GET /api/v3/order"]
    code, said = await house.replay(id_)
    assert code == 2
    assert "the record does not hold the value of orderId\nhint: give it: --set orderId=..." in said
    code, said = await house.replay(id_, "--set", "orderId=78")
    assert (code, said.splitlines()[-1]) == (0, "  as recorded: 400"), said


@pytest.mark.slow
async def test_a_write_needs_a_person_who_types_its_name(house: House) -> None:
    id_ = house.ids()["POST /api/v3/order"]

    def orders() -> int:
        return sum(one.method == "POST" for one in house.seen)

    assert orders() == 1
    code, said = await house.replay(id_)
    assert (code, orders()) == (2, 1)
    assert "this is no read: sent again, it takes effect again" in said
    code, said = await house.replay(id_, "--write")
    assert (code, orders()) == (2, 1)
    assert "only by a person at a terminal" in said
    typed = await asyncio.to_thread(on_terminal, house, id_, b"yes\n")
    assert orders() == 1, typed
    typed = await asyncio.to_thread(on_terminal, house, id_, b"POST /api/v3/order\n")
    assert orders() == 2, typed
    assert b"as recorded: 200" in typed


def on_terminal(house: House, id_: str, typed: bytes) -> bytes:
    """What it says to a person who types this."""
    ours, its = pty.openpty()
    words = (
        "replay",
        id_,
        "--write",
        "--gateway",
        house.running.url,
        "--journal",
        str(house.running.journal),
    )
    with subprocess.Popen(
        [sys.executable, "-m", "proxy", *words],
        stdin=its,
        stdout=its,
        stderr=its,
        cwd=ROOT,
        env=bare_environment(TERM="dumb"),
    ) as process:
        os.close(its)
        os.write(ours, typed)
        got = b""
        try:
            while chunk := os.read(ours, 1 << 16):
                got += chunk
        except OSError:
            pass
        os.close(ours)
        process.wait(60)
    return got


@pytest.mark.slow
async def test_the_reads_of_a_bundle(house: House) -> None:
    assert (await house.told("export", "bundle", "t.zip", "--journal", str(house.running.journal)))[0] == 0
    code, said = await house.replay("t.zip", "--set", "orderId=1")
    assert code == 0, said
    assert said.count("as recorded") == 2
    assert "2 reads of 3 flows were sent" in said
    assert sum(one.method == "POST" for one in house.seen) == 1


def test_what_cannot_be_done_is_said(run: Run, tmp_path: Path) -> None:
    write_journal(tmp_path / "journal")
    where = ("--journal", str(tmp_path / "journal"))
    assert "holds no flow of this id" in run("replay", "r-none", *where).err
    assert "there is no journal at " in run("replay", "r-none", "--journal", str(tmp_path / "none")).err
    assert "--set takes NAME=VALUE" in run("replay", "r-read", "--set", "orderId", *where).err
    said = run("replay", "r-read", "--gateway", "https://evil.test", *where)
    assert said.code == 2
    assert "--gateway" in said.err
    said = run("replay", "r-read", "--set", "orderId=1", "--gateway", "http://127.0.0.1:9", *where)
    assert said.code == 1
    assert "the gateway at http://127.0.0.1:9 does not answer (ConnectionRefusedError)" in said.err
    assert "cannot be read: No such file" in run("replay", "none.zip", *where).err
    Path("empty.jsonl").write_text("")
    assert "no read in it that can be sent again" in run("replay", "empty.jsonl", *where).err


def test_neither_a_record_nor_an_answer_writes_more_than_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile_journal(tmp_path)
    body = json.dumps({HOSTILE: [HOSTILE], "code": HOSTILE}).encode()
    for entry in Reader(tmp_path).entries():
        _shown(entry.record, Answered(200, body, Foreign("")))
        _shown(entry.record, Answered(403, body, Foreign(HOSTILE)))
    out = capsys.readouterr().out
    assert MARK in out
    assert all(line.isprintable() for line in out.split("\n"))
    assert not [line for line in out.split("\n") if line.lstrip().startswith(("touch", "- touch"))]
