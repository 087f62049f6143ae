"""Scripts of one language, run against the strict sandbox: what it saw of them, and what they printed."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from proxy.core.redaction.foreign_record import ForeignFlow
from proxy.evidence.repro import LANGUAGES, Call, call_of
from proxy.sandbox import Observation, Sandbox, demo_keys, start
from tests.core.redaction.flows import json_answer, make_flow, read_of

KEY = demo_keys()[0]
_SECONDS = 60.0

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=50000.00"
SEARCH = b'{"asset":"USDT","fiat":"EUR","tradeType":"BUY","page":1,"rows":2}'
FLOWS = {
    "a read": make_flow("GET", b"/api/v3/account?recvWindow=5000", answer=json_answer({"a": 1})),
    "without parameters": make_flow("GET", b"/api/v3/account", answer=json_answer({"a": 1})),
    "a form": make_flow("POST", b"/api/v3/order/test", ORDER, answer=json_answer({})),
    "both places": make_flow(
        "POST", b"/api/v3/order/test?symbol=BTCUSDT", ORDER[15:], answer=json_answer({})
    ),
    "a write": make_flow("POST", b"/api/v3/order", ORDER, answer=json_answer({"symbol": "BTCUSDT"})),
    "in public": make_flow("GET", b"/api/v3/time", answer=json_answer({"serverTime": 1})),
    "JSON": make_flow(
        "POST", b"/sapi/v1/c2c/ads/search", SEARCH, headers=((b"clientType", b"web"),), answer=json_answer({})
    ),
    "odd signs": make_flow(
        "GET", b"/api/v3/openOrders?symbol=BTCUSDT&recvWindow=6000.5", answer=json_answer([])
    ),
}
FLOWS["JSON"].sent_headers += ((b"clientType", b"web"),)
"""As a gateway recorded them."""
WRITES = {"a write"}
UNSIGNED = {"in public"}


VARIABLES = ("BINANCE_API_KEY", "BINANCE_API_SECRET")
_KINDS = {
    (False, False): b"",
    (True, False): b"application/x-www-form-urlencoded",
    (False, True): b"application/json",
}


@dataclass(frozen=True)
class Ran:
    """What came of one script."""

    printed: str
    seen: list[Observation]


def call(name: str) -> Call:
    """The call of one of `FLOWS`."""
    read = read_of(FLOWS[name])
    assert isinstance(read, ForeignFlow)
    made = call_of(read)
    assert isinstance(made, Call), made
    return made


async def run(made: Call, language: str, program: list[str], folder: Path, **more: str) -> Ran:
    """Run the script of a call as its user would, with made-up keys, against a sandbox of its own."""
    file = folder / f"script.{LANGUAGES[language].suffix}"
    file.write_text(LANGUAGES[language].script(made))
    seen: list[Observation] = []
    sandbox = await start(Sandbox(keys=[KEY], observer=seen.append))
    try:
        process = await asyncio.create_subprocess_exec(
            *program,
            str(file),
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "NO_PROXY": "*",
                "BINANCE_BASE": sandbox.url,
                "BINANCE_API_KEY": KEY.api_key,
                "BINANCE_API_SECRET": KEY.secret,
                **more,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), _SECONDS)
    finally:
        await sandbox.stop()
    return Ran(printed.decode("utf-8", "replace"), seen)


def accepted(ran: Ran, made: Call, name: str) -> None:
    """Whether the exchange took what was sent, and it is what was recorded."""
    (one,) = ran.seen
    assert one.status == 200, (one.msg, ran.printed)
    assert (one.method, one.target.partition(b"?")[0].decode()) == (made.method, made.path)
    assert one.signature == ("absent" if name in UNSIGNED else "valid"), ran.printed
    assert "200" in ran.printed
    sent_headers = {header.lower(): value for header, value in one.headers}
    assert sent_headers.get(b"clienttype", b"").decode() == made.client_type
    assert (b"x-mbx-apikey" in sent_headers) is (name not in UNSIGNED)
    assert sent_headers.get(b"content-type", b"") == _KINDS[bool(made.form), bool(made.json)]
    sent = one.target.partition(b"?")[2].decode()
    assert sent.startswith(made.query)
    assert one.body.decode() == (made.form or made.json)


def missing(ran: Ran, name: str) -> None:
    """Whether it says in one line which variable is not set."""
    (line,) = ran.printed.splitlines()
    assert name in line
    assert "is not set: give it your own" in line


def program(name: str) -> list[str]:
    """The interpreter; [] where there is none."""
    found = shutil.which(name)
    return [found] if found else []
