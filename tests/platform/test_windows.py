"""The gateway with what Windows lacks hidden, in processes of its own (`pretend_windows.py`, which says what this does
not show)."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from harness.gateway import API_KEY, API_SECRET, ROOT, GatewayProcess, variables
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.journal.lines import bare_lines
from tests.support.children import bare_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are made of Linux' own")

PROGRAM = ("-m", "tests.platform.pretend_windows")
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


async def told(home: Path, *arguments: str) -> tuple[int, str, str]:
    """What another command of the same system says."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, *PROGRAM, *arguments),
        cwd=ROOT,
        env=variables(home) | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await child.communicate()
    return child.returncode or 0, out.decode(), err.decode()


async def read(running: GatewayProcess) -> None:
    async with ClientSession(running.url) as client, client.get("/api/v3/account") as answer:
        assert answer.status == 200


def test_every_module_can_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, *PROGRAM, "import_all"],
        check=False,
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 800


async def test_a_gateway_signs_records_reloads_and_ends(tmp_path: Path) -> None:
    sandbox = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    config = {"limits": {"refusal_delay_seconds": 0}, "journal": {"file_bytes": 65_536}}
    try:
        async with (
            GatewayProcess(sandbox.url, tmp_path, config=config, program=PROGRAM) as running,
            ClientSession(running.url) as client,
        ):
            for _ in range(40):  # more than a file of the journal takes
                async with client.post("/api/v3/order", params=ORDER) as answer:
                    assert answer.status == 200, await answer.text()
                    assert (await answer.json())["status"] == "FILLED"
            async with client.get("/api/v3/account") as answer:
                assert answer.status == 200
            where = ("--journal", str(running.journal))
            assert (await told(tmp_path, "healthcheck", "--live", "--admin", running.admin_url[7:]))[0] == 0
            code, out, err = await told(tmp_path, "reload", *where)
            assert code == 0, err
            assert out == f"{running.admin_url}: read again, and in force\n"
            code, out, err = await told(tmp_path, "logs", *where, "--format", "json")
            assert (code, len(out.splitlines())) == (0, 20), err
            assert "/api/v3/account" in out.splitlines()[-1]
            await running.stop(signal.SIGINT)
            assert running.process.returncode == 0, running.log.read_text()
        assert b"Traceback" not in running.printed()
        assert b"files have no modes on this system" in running.log.read_bytes()
        files = sorted(path.name for path in running.journal.iterdir())
        assert len([name for name in files if name.startswith("flows-")]) > 1
        assert not [name for name in files if name.startswith(("admin-", "."))]
        lines = [
            line for path in running.journal.glob("flows-*.jsonl") for line in bare_lines(path.read_bytes())
        ]
        assert len(lines) == 40 * 2 + 1
        code, out, err = await told(tmp_path, "export", "verify", str(running.journal))
        assert code == 0, out + err
    finally:
        await sandbox.stop()


async def test_two_gateways_share_a_directory_and_know_each_other_alive(tmp_path: Path) -> None:
    sandbox = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)]))
    try:
        async with GatewayProcess(sandbox.url, tmp_path / "a", program=PROGRAM) as first:
            async with GatewayProcess(
                sandbox.url, tmp_path / "b", program=PROGRAM, journal=first.journal
            ) as second:
                assert (first.journal / "admin-token").exists()
                assert (first.journal / "admin-token-2").exists()
                second.process.kill()
                second.process.wait()
            await read(first)
            async with GatewayProcess(
                sandbox.url, tmp_path / "c", program=PROGRAM, journal=first.journal
            ) as third:
                await read(third)  # its chain begins with the ends of the others
        chains = [json.loads(path.read_bytes().splitlines()[0]) for path in first.journal.glob("flows-*")]
        assert sorted(len(one.get("beside", [])) for one in chains) == [0, 1]
        assert not [*first.journal.glob("admin-*")]
    finally:
        await sandbox.stop()
