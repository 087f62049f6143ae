"""Plants values in real processes, many in each, and looks at everything they print."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from harness.gateway import API_SECRET, ROOT, GatewayProcess
from tests.addons.mitmdump import mitmdump
from tests.leaks.detector import Searched
from tests.leaks.matrix import Outcome, Planted
from tests.leaks.positions import PROCESS, REQUESTS, Reply
from tests.leaks.wire import ADMIN_PAGES, Exchange, get, listening
from tests.support.raw_client import ask

_TIMEOUT_SECONDS = 60.0

_SETTINGS = (
    "environment",
    "clock",
    "log",
    "journal",
    "limits",
    "policy",
    "upstream",
    "signing",
    "endpoints",
    "accounts",
)

type Run = Callable[[list[str], Path], Awaitable[bytes]]


async def run(planted: list[Planted], folder: Path, *, redacted: bool) -> Outcome:
    """Plant the values of each position together; one counts as seen where the output holds it."""
    outcome = Outcome()
    for position in PROCESS:
        ones = [one for one in planted if one.cell.position == position]
        if not ones:
            continue
        values = [one.encoded for one in ones]
        # Unredacted is what would be printed: the values as they were given.
        output = await _RUNS[position](values, folder) if redacted else json.dumps(values).encode()
        assert output or not redacted, f"{position}: a process that says nothing shows nothing"
        searched = Searched(output)
        for one in ones:
            outcome.note(one, output, hit=searched.holds(one.value))
    return outcome


async def _child(*words: str, stdin: bytes = b"", **environ: str) -> bytes:
    """Both outputs of a whole run."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *words),
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        return (await process.communicate(stdin))[0]


def _driver(what: str) -> Run:
    async def drive(values: list[str], _folder: Path) -> bytes:
        return await _child("-m", "tests.leaks.children", what, stdin=json.dumps(values).encode())

    return drive


async def _wrong_settings(values: list[str], folder: Path) -> bytes:
    """Values under keys that do not exist, of the wrong type, and as names."""
    config = folder / "wrong.yaml"
    lines = [f"unknown{i}: {json.dumps(value)}" for i, value in enumerate(values)]
    lines += ["limits:", *(f"  limit{i}: {json.dumps(value)}" for i, value in enumerate(values))]
    config.write_text("\n".join(lines))
    output = await _child("-m", "proxy", "run", "--config", str(config))
    config.write_text(
        "\n".join(f"{name}: {json.dumps(values[i % len(values)])}" for i, name in enumerate(_SETTINGS))
    )
    return output + await _child("-m", "proxy", "run", "--config", str(config))


async def _config_show(values: list[str], folder: Path) -> bytes:
    """Values as API keys, the one value of the file that is not for everybody, and in variables."""
    config = folder / "keys.yaml"
    rows = [
        f"  a{i}: {{api_key: {json.dumps(value)}, api_secret_env: CANARY_{i}}}"
        for i, value in enumerate(values)
    ]
    config.write_text("\n".join(["default_account: a0", "accounts:", *rows]))
    variables: dict[str, Any] = {f"CANARY_{i}": value for i, value in enumerate(values)}
    shown = [["show"], ["show", "--json"], ["check"]]
    runs = [_child("-m", "proxy", "config", *words, "--config", str(config), **variables) for words in shown]
    return b"".join([await run for run in runs])


async def _health(values: list[str], folder: Path) -> bytes:
    """The admin port and `healthcheck` after requests that bore the values."""
    async with _gateway(folder / "health") as running:
        await _plant(values, running.url)
        pages = [await get(running.admin_url, page) for page in ADMIN_PAGES]
        address = running.admin_url.removeprefix("http://")
        checked = await _child("-m", "proxy", "healthcheck", "--admin", address)
    return b"".join([*pages, checked, running.printed()])


async def _crash(values: list[str], folder: Path) -> bytes:
    """A fatal signal after such requests, with Python's fault handler on."""
    async with _gateway(folder / "crash") as running:
        await _plant(values, running.url)
        await running.stop(signal.SIGABRT)
    said = running.printed()
    assert b"Fatal Python error: Aborted" in said
    return said


_UPSTREAM: list[Exchange] = []


@asynccontextmanager
async def _gateway(folder: Path) -> AsyncIterator[GatewayProcess]:
    """`run` with Python's fault handler on, before an exchange that answers as `_plant` says."""
    async with listening() as exchange:
        _UPSTREAM[:] = [exchange]
        async with GatewayProcess(
            exchange.url,
            folder,
            environment={"PYTHONFAULTHANDLER": "1"},
            timeout=_TIMEOUT_SECONDS,
        ) as running:
            yield running


async def _plant(values: list[str], url: str) -> None:
    """Two requests for each value, one of which is refused by the gateway; the answers bear it too."""
    for value in values:
        text = {"code": -2015, "msg": f"Invalid API-key, IP, or {value}"}
        _UPSTREAM[0].reply = Reply(json.dumps(text).encode(), 400).octets()
        for position in ("query value", "refused control header"):
            await ask(url, REQUESTS[position](value).octets())


async def _addon(values: list[str], folder: Path) -> bytes:
    """What the mitmproxy addon says and stores. mitmproxy's own lines are not ours and are off."""
    stored = folder / "addon.jsonl"
    secret = folder / "addon.secret"
    secret.write_text(API_SECRET)
    secret.chmod(0o600)
    options = (
        f"binance_save_redacted={stored}",
        f"binance_api_secret_file={secret}",
        "binance_allow_private=true",
    )
    words = [word for option in (*options, "flow_detail=0") for word in ("--set", option)]
    async with listening() as exchange:
        _UPSTREAM[:] = [exchange]
        async with mitmdump(folder, (f"reverse:{exchange.url}",), *words) as running:
            await _plant(values, f"http://127.0.0.1:{running.ports[0]}")
        return running.output.encode() + stored.read_bytes()


_RUNS: dict[str, Run] = dict(
    zip(
        PROCESS,
        (
            _driver("exceptions"),
            _wrong_settings,
            _config_show,
            _driver("environment"),
            _driver("command_line"),
            _health,
            _crash,
            _addon,
        ),
        strict=True,
    )
)
