"""How the tour looks on a terminal."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from proxy.app.gateway import Gateway
from proxy.core.printable import printable
from proxy.core.secret import STARS
from proxy.demo.next_steps import next_steps
from proxy.demo.steps import Outcome, Step
from proxy.runtime.own_command import own_command
from proxy.sandbox import Observation

_WIDTH = 100


class Show:
    """Prints to people, on stderr by default; colour only where the terminal has it."""

    def __init__(self, out: TextIO = sys.stderr, *, colour: bool = False) -> None:
        self._out = out
        self._colour = colour

    def opening(self, gateway: str, sandbox: str) -> None:
        self._line(self._bold("binance-signing-proxy: a tour on the built-in sandbox exchange"))
        self._line(f"gateway {gateway}   sandbox exchange {sandbox}   no real key, no real money")
        self._line("")

    def moved(self, listen: str) -> None:
        """The usual port was not to be had."""
        self._line(
            f"{listen} or the admin port beside it is taken by another program, so free ports are used."
        )
        self._line("")

    def step(
        self, number: int, of: int, step: Step, base: str, outcome: Outcome, broken: Sequence[str]
    ) -> None:
        self._line(self._bold(f"{number}/{of}  {step.title}"))
        self._line(f"  you send    {step.curl(base)}")
        self._line(f"  goes out    {_went_out(outcome)}")
        for added in _added(step, outcome):
            self._line(f"  added       {added}")
        self._line(f"  you get     HTTP {outcome.status}  {_short(outcome.body.decode('utf-8', 'replace'))}")
        if sentence := outcome.headers.get("x-gateway-diagnosis"):
            self._line(f"  diagnosis   {sentence}")
        self._line(f"  journal     {_journal(outcome)}")
        for words, _ in step.promises:
            mark = self._paint("31", "NOT KEPT") if words in broken else self._paint("32", "ok")
            self._line(f"  {mark:<10}  {words}")
        self._line("")

    def closing(self, gateway: Gateway, journal: Path, *, kept: bool, stays: bool) -> None:
        self._line(
            "Every promise was kept." if kept else "Something was not as promised: see NOT KEPT above."
        )
        if not stays:
            return
        self._line("The gateway stays up; Ctrl-C ends it. Try:")
        for line in (
            f"curl {gateway.url}/api/v3/account",
            f"curl {gateway.url}/api/v3/order/test -d 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01'",
            f"curl -H 'X-Gateway-Dry-Run: 1' '{gateway.url}/api/v3/myTrades?symbol=BTCUSDT'",
            f"curl {gateway.url}/api/v3/order -d 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0,01'",
            f"curl {gateway.admin_url}/readyz",
        ):
            self._line(f"  {line}")
        for line in next_steps(own_command(), journal):
            self._line(line)

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _bold(self, text: str) -> str:
        return self._paint("1", text)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _went_out(outcome: Outcome) -> str:
    if not outcome.seen:
        return "nothing"
    seen = outcome.seen[0]
    body = f"  + {len(seen.body)} octets of body" if seen.body else ""
    return _short(f"{seen.method} {_starred(seen)}", _WIDTH - len(body)) + body


def _starred(seen: Observation) -> str:
    """A signature that verifies is a live credential: it is not shown, not even here."""
    head, mark, _ = seen.target.decode("latin-1").partition("&signature=")
    return head + mark + (STARS if mark else "")


def _added(step: Step, outcome: Outcome) -> list[str]:
    if not outcome.seen:
        return []
    seen = outcome.seen[0]
    query = seen.target.decode("latin-1").partition("?")[2]
    pairs = [
        pair
        for pair in query.split("&")
        if pair.partition("=")[0] in ("timestamp", "recvWindow", "signature")
    ]
    names = [pair.partition("=")[0] for pair in pairs if pair not in step.target]
    wanted = {b"x-mbx-apikey": "X-MBX-APIKEY", b"clienttype": "clientType: web"}
    headers = [wanted[name.lower()] for name, _ in seen.headers if name.lower() in wanted]
    return [", ".join(names + headers)] if names or headers else ["nothing: public endpoints take neither"]


_TOLD = ("request_id", "key", "in", "out", "error.type", "execution", "http.response.status_code", "code")


def _journal(outcome: Outcome) -> str:
    """The heart of the journal line: what came in beside what went out, and what came of it."""
    told = {name: outcome.record[name] for name in _TOLD if name in outcome.record}
    for side in ("in", "out"):
        if side in told:
            told[side] = {name: value for name, value in told[side].items() if name in ("query", "body")}
    return json.dumps(told, separators=(",", ":"))


def _short(raw: str, width: int = _WIDTH) -> str:
    text = printable(raw)
    return text if len(text) <= width else text[: width - 3] + "..."
