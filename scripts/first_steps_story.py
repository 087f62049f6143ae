"""What `docs/first-steps.md` shows: `init`, `run` and five requests, one of them wrong, on a terminal.

Everything is real but for the exchange, which is the sandbox. What differs from day to day is replaced by something
fixed of the same form: times, ports, ids, paths, keys.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from proxy.sandbox import Sandbox, SandboxKey, demo_keys
from proxy.sandbox.threaded import ThreadedSandbox
from scripts.terminal_session import Terminal, shell, until

ROOT: Final = Path(__file__).resolve().parent.parent
TOOLS: Final = ("bash", "curl")
_GATEWAY: Final = "http://127.0.0.1:8180"
_ORDER: Final = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
CURLS: Final = (
    f"curl '{_GATEWAY}/api/v3/ticker/price?symbol=BTCUSDT'",
    f"curl -o account.json -w '%{{http_code}}\\n' {_GATEWAY}/api/v3/account",
    f"curl {_GATEWAY}/api/v3/order -d '{_ORDER}&quantity=0.01&price=50000'",
    f"curl '{_GATEWAY}/api/v3/openOrders?symbol=BTCUSDT' -o open-orders.json -w '%{{http_code}}\\n'",
    f"curl -H 'X-Gateway-Explain: message' {_GATEWAY}/api/v3/order -d '{_ORDER}&quantity=0,01&price=50000'",
)
_SECONDS: Final = 30.0
_STEADY: Final = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "2026-11-29T12:00:00Z"),
    (re.compile(r"^\d\d:\d\d:\d\dZ", re.MULTILINE), "12:00:00Z"),
    (re.compile(r"(?<=Time\":)\d{13}"), "1795953600000"),
    (re.compile(r"\(\d+ ms\)"), "(1 ms)"),
    (re.compile(r"(?<=  pid          )\d+"), "4711"),
    (re.compile(r"(?<=  admin        )http://[\d.:]+"), "http://127.0.0.1:8181"),
)
"""What differs from run to run, and what is written in its place."""
_DURATIONS: Final = re.compile(r" [\d.]+\+ *[\d.]+(?= w\d+$)", re.MULTILINE)


def story() -> dict[str, str]:
    """The blocks of the page by their names. Raises RuntimeError where something was not shown in time."""
    with (
        tempfile.TemporaryDirectory(prefix="first-steps-", ignore_cleanup_errors=True) as made,
        _exchange() as exchange,
    ):
        home = Path(made).resolve()
        here = home / "signer"
        here.mkdir()
        environ = _environment(home)
        with shell(here, environ) as terminal:
            until(terminal, "$")
            _set_up(terminal, exchange.url)
            asked = terminal.shown()
            terminal.type("signing-proxy run\n")
            until(terminal, "time, UTC")
            gateway = re.findall(r"gateway +(http://\S+)", terminal.shown())[-1]
            answers = _answers(gateway, here, environ)
            until(terminal, "/api/v3/order  ", times=2)
            until(terminal, "do this")
            time.sleep(0.3)  # the rest of the last finding
            terminal.type("q")
            until(terminal, "ended; ")
            ran = terminal.shown()[len(asked.rstrip().removesuffix("$")) :]
        fixed = {str(home): "/home/me", exchange.url: "http://127.0.0.1:8190", gateway: _GATEWAY}
        blocks = {
            "init": asked.rstrip().removesuffix("$"),
            "run": ran.rstrip().removesuffix("$"),
            "curls": answers,
        }
        return {name: _steady(text, fixed).strip("\n") for name, text in blocks.items()}


def _exchange() -> ThreadedSandbox:
    key = demo_keys()[0]
    return ThreadedSandbox(Sandbox(keys=[SandboxKey(key.api_key, "hmac", key.secret)]))


def _environment(home: Path) -> dict[str, str]:
    program = home / "bin" / "signing-proxy"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m proxy "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "TERM": "screen",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PS1": "$ ",
        "HISTFILE": "/dev/null",
        "SIGNING_PROXY_LISTEN": "127.0.0.1:0",
        "SIGNING_PROXY_ADMIN": "127.0.0.1:0",
    }


def _set_up(terminal: Terminal, exchange: str) -> None:
    """A key that is typed; everything else as it is proposed, but for a first bot and the reasons in `msg`."""
    key = demo_keys()[0]
    terminal.type(f"signing-proxy init --unsafe-upstream {exchange}\n")
    for asks, typed in (
        ("[hmac] >", ""),
        ("[main] >", ""),
        ("[paste] >", ""),
        ("The API key", key.api_key),
        ("The secret", key.secret),
        ("[spot] >", ""),
        ("[header] >", "message"),
        ("a key of its own?", ""),
    ):
        until(terminal, asks)
        time.sleep(0.1)  # until it reads unseen
        terminal.type(f"{typed}\n")
    until(terminal, "\n$", times=1)


def _answers(gateway: str, here: Path, environ: Mapping[str, str]) -> str:
    """The requests one after the other, each with its answer, as in another terminal."""
    told = []
    for one in CURLS:
        done = subprocess.run(
            ["bash", "-c", one.replace(_GATEWAY, gateway)], cwd=here, env={**environ, "HOME": str(here)},
            capture_output=True, text=True, timeout=_SECONDS, check=True,
        )  # fmt: skip
        told.append(f"$ {one}\n{done.stdout.rstrip()}")
    return "\n".join(told)


def _steady(text: str, fixed: Mapping[str, str]) -> str:
    for found, written in fixed.items():
        text = text.replace(found, written)
    for pattern, instead in _STEADY:
        text = pattern.sub(instead, text)
    return _DURATIONS.sub(lambda found: "0.3+  1.4".rjust(len(found[0])), text)
