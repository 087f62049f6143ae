"""A merchant's day with -2008, played on loopback: what each command prints, as blocks for the pages that show it.

A strict exchange with the personality `flapping-2008:seed=7`, a gateway and the program's own verbs run in this
process, on a clock that stands still and jumps where somebody would wait: three hours pass in seconds, and every time
is the same in each run. curl, unzip and sha256sum are the real ones. What is drawn by lot (ids, ports, keys) is
replaced by fixed values of the same form.
"""

import asyncio
import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

from proxy.__main__ import main
from proxy.app.build import start_gateway
from proxy.audit.series import Plan
from proxy.cli import audit
from proxy.config.load import Overrides, load_settings
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.runtime.clock import LocalClock
from proxy.sandbox import Sandbox, demo_keys, put_on, start

PERSONALITY: Final = "flapping-2008:seed=7"
TOOLS: Final = ("curl", "unzip", "sha256sum")
"""Of other people, which it runs."""
KEY: Final = demo_keys()[0]
_BEGAN_MS: Final = 1_795_255_200_000  # 2026-11-21T10:00:00Z
_PATIENCE_SECONDS: Final = 60.0
_SEARCH: Final = ("/sapi/v1/c2c/ads/search", "-d", '{"asset":"USDT","fiat":"EUR","tradeType":"BUY"}')
_CHECKS: Final = ("key", "clock", "recv-window", "known", "permissions", "c2c")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DRAWN: Final = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8190"),
    (re.compile(r"\b[0-9a-f]{10}-(?=[0-9a-f]{8}\b)"), "5bd77a8da5-"),  # the gateway's part of its request ids
    (re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT"), "Sat, 21 Nov 2026 13:00:00 GMT"),
    (re.compile(r"(?<=chain )[0-9a-f]{10}\b"), "9870d43e3b"),
    (re.compile(r"(?<=signed up to \d by )[A-Za-z0-9+/]{43}="), "A" * 42 + "8="),
)
"""What is no clock's and differs from run to run, and what stands for it."""
_OTHER_CALLS: Final = ("/sapi/v1/c2c/ads/getAds", "/sapi/v1/c2c/ads/getAvailableAdsCategory")


class _StandingClock:
    """Seconds since the story began; they pass only where it waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def elapsed(self) -> float:
        return self.seconds

    def unix_ms(self) -> int:
        return _BEGAN_MS + round(self.seconds * 1000)

    async def wait(self, seconds: float) -> None:
        self.seconds += seconds


@contextlib.contextmanager
def _instead_of_the_machines(clock: _StandingClock) -> Iterator[None]:
    """All clocks of the program are this one, and an audit waits by it."""
    stands = staticmethod(clock.elapsed)
    with (
        patch.multiple(LocalClock, monotonic=stands, steady=stands, unix_ms=lambda _: clock.unix_ms()),
        patch.object(audit, "Plan", partial(Plan, wait=clock.wait)),
    ):
        yield


async def story() -> dict[str, str]:
    """The blocks, by name. Raises RuntimeError where a command fails, FileNotFoundError where curl is not there."""
    clock = _StandingClock()
    with tempfile.TemporaryDirectory() as folder, _instead_of_the_machines(clock), _at_home(Path(folder)):
        exchange = await start(sandbox := Sandbox(keys=demo_keys(), now_ms=clock.unix_ms))
        put_on(sandbox, PERSONALITY)
        where = ["--environment", "sandbox", "--unsafe-upstream", exchange.url]
        words = [*where, "--journal", f"{folder}/journal"]
        try:
            return steady(await _told(clock, words, Path(folder)))
        finally:
            await exchange.stop()


@contextlib.contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """A working directory and an environment of the story's own, with the made-up key."""
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    secret = folder / "secret"
    secret.write_text(KEY.secret)
    secret.chmod(0o600)
    ours = {"HOME": str(folder), "NO_COLOR": "1", "BINANCE_API_KEY": KEY.api_key}
    ours["BINANCE_API_SECRET_FILE"] = str(secret)
    with (
        patch.dict(os.environ, inherited | ours, clear=True),
        patch("proxy.cli.options.shield_process", lambda: True),
        contextlib.chdir(folder),
    ):
        yield


async def _told(clock: _StandingClock, words: list[str], folder: Path) -> dict[str, str]:
    blocks = {}
    blocks["doctor"] = await _said("doctor", *_CHECKS, *words)
    (folder / "checks.txt").write_text(blocks["doctor"])
    series = await _said("audit", "--every", "10m", "--for", "3h", *words)
    blocks["rounds"] = _rounds(series)
    blocks["history"] = (await _said("audit", "history", "--svg", "timeline.svg", *words[-2:])).rstrip()
    settings = load_settings(
        Overrides(
            environment="sandbox",
            unsafe_upstream=words[3],
            journal=words[5],
            listen="127.0.0.1:0",
            admin="127.0.0.1:0",
        ),
        {},
    ).settings
    gateway = await start_gateway(settings, _accounts())
    await gateway.background.load()  # the first error is diagnosed as any later one
    try:
        base = gateway.url
        blocks["refused"] = _head(await _ran("curl", "-si", base + _SEARCH[0], *_SEARCH[1:]))
        blocks["control"] = await _ran(
            "curl", "-s", "-o", os.devnull, "-w", "%{http_code}", f"{base}/api/v3/account"
        )
        for path in _OTHER_CALLS:
            await _ran("curl", "-s", base + path)
    finally:
        await gateway.stop()
    await clock.wait(60)
    blocks["bundle"] = await _said(
        "export", "bundle", "--since", "1h", "--doctor", "checks.txt", *words[-2:], "ticket.zip"
    )
    await _ran("unzip", "-q", "ticket.zip")
    report = await asyncio.to_thread((folder / "ticket" / "report.md").read_text, "utf-8")
    blocks["report"] = report.partition("## By endpoint")[0].rstrip()
    blocks["ids"] = "## Ids at" + report.partition("## Ids at")[2].partition("\n## ")[0].rstrip()
    blocks["sums"] = await _ran("sha256sum", "-c", "SHA256SUMS", folder=folder / "ticket")
    blocks["verify"] = await _said("export", "verify", "ticket.zip")
    return blocks


def _accounts() -> Accounts:
    key = HmacKey(Secret(KEY.secret.encode()))
    return Accounts({"default": Account("default", "sandbox", KEY.api_key, key)}, "default")


async def _said(*words: str) -> str:
    """What a verb prints, to people and to programs."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = await asyncio.to_thread(main, words)
    if code not in (0, 1):
        raise RuntimeError(f"signing-proxy {words[0]} failed: {output.getvalue()[-2000:]}")
    return output.getvalue()


async def _ran(*command: str, folder: Path | None = None) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_SECONDS)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed with {process.returncode}")
    return output.decode()


def _rounds(series: str) -> str:
    """The first rounds, the last, and the verdict on all of them."""
    told, _, rest = series.partition("3 of 19")
    last = re.search(r"^19 of 19.*$", rest, re.MULTILINE)
    if last is None:
        raise RuntimeError(f"the series has not nineteen rounds: {series[-2000:]}")
    return f"{told}...\n{last[0]}\n"


def _head(answer: str) -> str:
    """Of an answer: its first line, what the gateway says of it, and its body."""
    head, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    lines = head.splitlines()
    ours = [line for line in lines if line.startswith(("x-mbx-uuid", "X-Gateway-"))]
    return "\n".join([lines[0], *ours, "", body])


def steady(blocks: dict[str, str]) -> dict[str, str]:
    """The same with fixed values for what is drawn anew in each run; equal ones stay equal across the blocks."""
    uuids: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return uuids.setdefault(found[0], f"00000000-0000-4000-8000-{len(uuids) + 1:012d}")

    def fixed(text: str) -> str:
        text = _UUID.sub(numbered, text)
        for pattern, shown in _DRAWN:
            text = pattern.sub(shown, text)
        return "\n".join(line.rstrip() for line in text.rstrip().splitlines())

    return {name: fixed(text) for name, text in blocks.items()}
