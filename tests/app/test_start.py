"""What a start imports before the ports are open. No stop-watch: modules are counted, not milliseconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.gateway import API_KEY, API_SECRET

ROOT = Path(__file__).resolve().parents[2]

AT_THE_DOORS = """
import json, os, signal, sys
from proxy.runtime.background_imports import BackgroundImports

async def load_when_idle(self, traffic):
    print(json.dumps(sorted(sys.modules)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

BackgroundImports.load_when_idle = load_when_idle
from proxy.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""The program as ever, but instead of loading what comes late it tells what there is, and ends."""

LIBRARIES = {
    "aiohappyeyeballs", "aiohttp", "aiosignal", "attr", "backports", "brotli", "click", "frozenlist", "httptools", "idna", "msgspec",
    "multidict", "propcache", "structlog", "typing_extensions", "uvloop", "yarl",
}  # fmt: skip
"""All that a start may import besides Python and ourselves. Another one costs every start: is it needed by then?"""

NOT_YET = (
    "aiohttp.client", "aiohttp.connector", "aiohttp.web", "proxy.cli.explain", "proxy.config.document",
    "proxy.core.diagnosis.departures", "proxy.core.diagnosis.examination.engine", "proxy.core.signing.asymmetric", "proxy.demo",
    "proxy.explain", "proxy.evidence", "proxy.admin.metrics", "proxy.sandbox", "proxy.terminal",
)  # fmt: skip


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is imported when a gateway with an HMAC key and no configuration file listens."""
    directory = tmp_path_factory.mktemp("start")
    done = subprocess.run(
        [
            *(sys.executable, "-c", AT_THE_DOORS, "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"),
            *("--unsafe-upstream", "http://127.0.0.1:9", "--journal", str(directory / "journal")),
        ],
        cwd=directory,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BINANCE_API_KEY": API_KEY,
            "BINANCE_API_SECRET": API_SECRET,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert json.loads(first)["event"] == "listening"
    return set(json.loads(second))


def test_the_doors_open_before_anything_is_loaded_late(modules: set[str]) -> None:
    assert {"proxy.gateway.pipeline", "proxy.server", "aiohttp.http_parser"} <= modules
    assert modules.isdisjoint(NOT_YET)


def test_a_start_imports_few_libraries(modules: set[str]) -> None:
    roots = {name.partition(".")[0].removeprefix("_") for name in modules if not name.startswith("__")}
    known = {name.removeprefix("_") for name in sys.stdlib_module_names} | LIBRARIES
    ours = {"proxy", "sitecustomize", "usercustomize"}
    assert {name for name in roots - known - ours if not name.startswith("cython_")} == set()


@pytest.mark.parametrize("verb", ["healthcheck", "sign", "logs"])
def test_short_commands_bring_no_event_loop_and_no_log(verb: str) -> None:
    program = f"import sys, proxy.__main__, proxy.cli.{verb}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    heavy = {
        "aiohttp",
        "asyncio",
        "cryptography",
        "structlog",
        "yaml",
        "proxy.core.diagnosis.examination.engine",
    }
    assert heavy.isdisjoint(done.stdout.split())
