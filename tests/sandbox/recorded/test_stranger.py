"""From somebody's failure to the same failure on an engineer's machine: through a bundle, with nothing else.

A merchant's gateway speaks to an exchange that does not know the key on C2C; `export bundle` makes the zip; `sandbox --from`
plays it; a bot on python-binance, unmodified, with a key that nobody knows, meets the recorded answers.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from harness.gateway import GatewayProcess
from proxy.sandbox import Sandbox, demo_keys, start
from tests.support.children import ROOT, bare_environment

PYTHON = ROOT / ".clients" / "python-binance" / "bin" / "python"
BOT = ROOT / "tests" / "real_clients" / "recorded_python_binance.py"
REFUSED = {"code": -2008, "msg": "Invalid Api-Key ID."}
HISTORY = "/sapi/v1/c2c/orderMatch/listUserOrderHistory?tradeType=BUY"
CALLS = (
    "/api/v3/account",
    HISTORY,
    "/api/v3/order?symbol=BTCUSDT&orderId=7",
    "/api/v3/openOrders?symbol=BTCUSDT",
)

pytestmark = pytest.mark.slow


@pytest.fixture
async def bundle(tmp_path: Path) -> Path:
    """What the merchant sends."""
    key = replace(demo_keys()[0], unknown_on=("/sapi/v1/c2c/",))
    exchange = await start(Sandbox(keys=[key]))
    try:
        async with GatewayProcess(exchange.url, tmp_path / "gateway") as running, ClientSession() as session:
            for target in CALLS:
                async with session.get(running.url + target) as answer:
                    await answer.read()
            journal = running.journal
    finally:
        await exchange.stop()
    made = await told("export", "bundle", "ticket.zip", "--journal", str(journal), folder=tmp_path)
    assert "4 flows in ticket.zip" in made
    return tmp_path / "ticket.zip"


async def told(*words: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", *words), cwd=folder, env=bare_environment(HOME=str(folder)),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, printed
    return printed.decode()


def played(bundle: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "proxy", "sandbox", "--listen", "127.0.0.1:0", "--from", str(bundle)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=bare_environment())


@pytest.mark.skipif(not PYTHON.exists(), reason="make test-clients installs python-binance")
def test_an_unmodified_bot_meets_the_recorded_answers(bundle: Path) -> None:
    with played(bundle) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            assert said["recorded"] == 4
            bot = subprocess.run(
                [PYTHON, BOT, said["sandbox"]],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
                env=bare_environment(),
            )
        finally:
            process.terminate()
    assert bot.returncode == 0, bot.stderr[-1000:]
    account, history, order, orders = map(json.loads, bot.stdout.splitlines())
    assert account is True
    assert history == {"status": 401, "code": -2008, "message": "Invalid Api-Key ID."}
    assert order == {"status": 400, "code": -2013, "message": "Order does not exist."}
    assert orders == []


async def test_any_client_meets_them(bundle: Path) -> None:
    """The same without a library, so that it runs everywhere."""
    with played(bundle) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["sandbox"]
            async with ClientSession() as session:
                async with session.get(f"{url}{HISTORY}&timestamp=1&signature=2") as answer:
                    assert (answer.status, await answer.json()) == (401, REFUSED)
        finally:
            process.terminate()
