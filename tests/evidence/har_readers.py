"""Is what `export har` writes a HAR for others? The published schema, haralyzer and mitmproxy each read two files:
of a real gateway before the sandbox, with refusals on both sides, and of a journal that somebody hostile wrote.

    python -m tests.evidence.har_readers

The readers are installed, pinned, into environments of their own under .clients/.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.gateway import GatewayProcess
from proxy.sandbox import Sandbox, demo_keys, start
from scripts.test_clients import DRIVERS, HOME, ROOT, prepare
from tests.hostile.foreign_journal import hostile_journal
from tests.support.raw_client import ask

CALLS = (
    b"GET /api/v3/account HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/v3/order?symbol=BTCUSDT&orderId=7 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /sapi/v1/capital/withdraw/apply HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\ncoin=USDT",
    b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nsymbol=AB",
    b"nonsense\r\n\r\n",
)
"""Answered, refused by the exchange, refused here, refused for its body, and what is no request."""


def main() -> int:
    prepare({"har"})
    _prepare_node(HOME / "har-node")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        journals = (asyncio.run(_recorded(folder)), _hostile(folder / "hostile"))
        files = [_exported(journal, folder / f"{number}.har") for number, journal in enumerate(journals)]
        expected = [len(json.loads(file.read_text())["log"]["entries"]) for file in files]
        results = {name: _read(command, files) for name, command in _readers().items()}
    good = True
    for name, found in results.items():
        right = found == "\n".join(map(str, expected))
        good = good and right
        print(f"{name:<28} {'read all of it' if right else f'FAILED: {found[-300:]}'}")
    print(f"entries: {' and '.join(map(str, expected))}")
    return 0 if good else 1


def _readers() -> dict[str, list[str]]:
    mitmproxy = (
        "import sys; from mitmproxy.io import FlowReader\n"
        "for file in sys.argv[1:]: print(len(list(FlowReader(open(file, 'rb')).stream())))"
    )
    return {
        "har-schema (JSON schema)": ["node", str(DRIVERS / "har_schema.cjs")],
        "haralyzer": [str(HOME / "har" / "bin" / "python"), str(DRIVERS / "har_haralyzer.py")],
        "mitmproxy": [sys.executable, "-W", "ignore", "-c", mitmproxy],
    }


def _read(command: list[str], files: list[Path]) -> str:
    environment = {"PATH": os.environ["PATH"], "NODE_PATH": str(HOME / "har-node" / "node_modules")}
    done = subprocess.run(
        [*command, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    return (done.stdout if done.returncode == 0 else done.stdout + done.stderr).strip()


async def _recorded(folder: Path) -> Path:
    exchange = await start(Sandbox(keys=demo_keys()))
    try:
        async with GatewayProcess(exchange.url, folder / "gateway") as running:
            for octets in CALLS:
                await ask(running.url, octets)
        return running.journal
    finally:
        await exchange.stop()


def _hostile(folder: Path) -> Path:
    folder.mkdir()
    hostile_journal(folder)
    return folder


def _exported(journal: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "proxy", "export", "har", str(out), "--journal", str(journal)]
    subprocess.run(command, check=True, cwd=ROOT, stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]})
    return out


def _prepare_node(home: Path) -> None:
    pins = DRIVERS / "package-har.json"
    mark = home / "package.json"
    if mark.exists() and mark.read_text() == pins.read_text() and (home / "node_modules").is_dir():
        return
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    shutil.copy(pins, mark)
    options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(["npm", "install", *options], cwd=home, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
