"""Drive real client libraries through the gateway to the sandbox exchange: every call must be 2xx.

Each client is used as it is installed, with nothing changed but its base URL and dummy keys (tests/real_clients/).
Those that sign do so with a dummy secret, so a call passes only if the gateway signed it again. The libraries
are installed, pinned, into environments of their own under .clients/: some share an import name.

    python scripts/test_clients.py [NAME ...]
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bootstrap import get_uv

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from harness.gateway import GatewayProcess  # noqa: E402  # after the path is set
from proxy.sandbox import Limits, Observation, Sandbox, demo_keys, start  # noqa: E402  # after the path is set

DRIVERS = ROOT / "tests" / "real_clients"
CONFIG = {"budget": {"brake": None}}
"""Fourteen clients in a row ask for the history of withdrawals, 18,000 each: the brake lets nine pass a minute."""
HOME = ROOT / ".clients"
PATIENCE_SECONDS = 90.0

CALLS = {
    "account": ("GET", "/api/v3/account"),
    "order/test": ("POST", "/api/v3/order/test"),
    "order": ("POST", "/api/v3/order"),
    "cancel": ("DELETE", "/api/v3/order"),
    "withdraw history": ("GET", "/sapi/v1/capital/withdraw/history"),
}
"""What every client has to do; what it does besides (`others`) must succeed as well."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program of tests/clients and where its library lives: `system`, `node`, or a requirements file."""

    name: str
    program: str
    home: str

    @property
    def tool(self) -> str:
        """The tool of the machine that runs it, where it is not a Python of its own."""
        return {".sh": "bash", ".cjs": "node"}.get(Path(self.program).suffix, "")

    def command(self, gateway: str) -> list[str]:
        interpreter = self.tool or str(HOME / self.home / "bin" / "python")
        return [interpreter, str(DRIVERS / self.program), gateway]


CLIENTS = (
    Client("curl", "curl_client.sh", "system"),
    Client("bash + openssl", "bash_openssl_client.sh", "system"),
    Client("requests", "requests_client.py", "http"),
    Client("httpx", "httpx_client.py", "http"),
    Client("aiohttp", "aiohttp_client.py", "http"),
    Client("Node fetch", "fetch_client.cjs", "system"),
    Client("ccxt", "ccxt_client.py", "ccxt"),
    Client("python-binance", "python_binance_client.py", "python-binance"),
    Client("binance-sdk-spot, -wallet", "binance_sdk_client.py", "binance-sdk"),
    Client("binance-connector", "binance_connector_client.py", "binance-connector"),
    Client("@binance/spot, /wallet", "binance_spot_js_client.cjs", "node"),
    Client("node-binance-api", "node_binance_api_client.cjs", "node"),
    Client("binance-api-node", "binance_api_node_client.cjs", "node"),
    Client("binance (npm)", "binance_js_client.cjs", "node"),
)


@dataclass(slots=True)
class Result:
    """How one client fared. `wrong` is empty if all went well."""

    client: Client
    cells: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def prepare(homes: set[str]) -> None:
    """Install what is not there yet, or was pinned anew since."""
    HOME.mkdir(exist_ok=True)
    for home in sorted(homes - {"system"}):
        pins = DRIVERS / ("package.json" if home == "node" else f"requirements-{home}.txt")
        mark = HOME / home / ".installed"
        if mark.exists() and mark.read_text() == pins.read_text():
            continue
        print(f"installing {home} ...", file=sys.stderr)
        shutil.rmtree(HOME / home, ignore_errors=True)
        if home == "node":
            _install_node(HOME / home, pins)
        else:
            _install_python(HOME / home, pins)
        mark.write_text(pins.read_text())


def _install_python(home: Path, pins: Path) -> None:
    uv = shutil.which("uv") or get_uv()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(home)], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python")]
    subprocess.run([*install, "--requirement", str(pins)], check=True)


def _install_node(home: Path, pins: Path) -> None:
    home.mkdir(parents=True)
    shutil.copy(pins, home)
    options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(["npm", "install", *options], cwd=home, check=True, stdout=sys.stderr)


async def drive(client: Client, url: str, seen: list[Observation]) -> Result:
    """Run a client to its end; then judge it by its exit code and by what the exchange saw."""
    seen.clear()
    result = Result(client)
    if client.tool and shutil.which(client.tool) is None:
        result.wrong.append(f"{client.tool} is not installed")
        return result
    process = await asyncio.create_subprocess_exec(
        *client.command(url),
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(HOME / "node" / "node_modules"), "NO_PROXY": "*"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    except TimeoutError:
        process.kill()
        said = f"did not end within {PATIENCE_SECONDS:.0f} s".encode()
        await process.wait()
    if process.returncode != 0:
        result.wrong.append(f"exit code {process.returncode}: {said.decode(errors='replace')[-1500:]}")
    judge(result, seen)
    return result


def judge(result: Result, seen: list[Observation]) -> None:
    """Fill the cells: the statuses of each call, and of all others together."""
    of_endpoint = {endpoint: name for name, endpoint in CALLS.items()}
    statuses: dict[str, list[int]] = {name: [] for name in (*CALLS, "others")}
    for one in seen:
        if not any(name.lower() == b"accept" for name, _ in one.headers):
            continue  # the gateway's own question for the time; what it sends for a client has an Accept
        path = one.target.partition(b"?")[0].decode()
        statuses[of_endpoint.get((one.method, path), "others")].append(one.status)
        if not 200 <= one.status < 300:
            result.wrong.append(
                f"{one.method} {one.target.decode()} {one.body.decode()} -> {one.status} {one.msg}"
            )
        elif one.security == "signed" and one.signature != "valid":
            result.wrong.append(f"{one.method} {path} passed with the signature {one.signature}")
    for name, all_of_one in statuses.items():
        result.cells[name] = " ".join(str(status) for status in sorted(set(all_of_one))) or "-"
        if name in CALLS and not all_of_one:
            result.wrong.append(f"never called: {name}")


def table(results: list[Result]) -> str:
    heads = ["client", *CALLS, "others", ""]
    rows = [
        [r.client.name, *(r.cells.get(name, "-") for name in heads[1:-1]), "FAILED" if r.wrong else "ok"]
        for r in results
    ]
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [heads, *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)


async def run(clients: list[Client]) -> list[Result]:
    seen: list[Observation] = []
    plenty = 10**9  # the exchange lets them, too
    limits = Limits(spot_weight_1m=plenty, orders_10s=plenty, sapi_ip_1m=plenty, sapi_uid_1m=plenty)
    sandbox = await start(Sandbox(keys=demo_keys(), observer=seen.append, limits=limits))
    try:
        with tempfile.TemporaryDirectory() as scratch:
            async with GatewayProcess(sandbox.url, Path(scratch), config=CONFIG) as running:
                return [await drive(client, running.url, seen) for client in clients]
    finally:
        await sandbox.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description="Drive real client libraries through gateway and sandbox.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only clients whose name contains one of these"
    )
    names = parser.parse_args().names
    chosen = [c for c in CLIENTS if not names or any(name in c.name for name in names)]
    if not chosen:
        parser.error("no client of that name; there are: " + "; ".join(client.name for client in CLIENTS))
    prepare({client.home for client in chosen})
    results = asyncio.run(run(chosen))
    print(table(results))
    for result in results:
        for wrong in result.wrong:
            print(f"\n{result.client.name}: {wrong}", file=sys.stderr)
    passed = sum(not result.wrong for result in results)
    print(f"\n{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
