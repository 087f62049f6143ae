"""Runs the stations through a real gateway in front of the sandbox exchange, and tells whether each kept its
promises.
"""

import asyncio
import contextlib
import http.client
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from proxy.app.build import start_gateway
from proxy.app.gateway import Gateway
from proxy.app.screen import Screen, Wanted
from proxy.app.serve import announcement
from proxy.app.signals import Stop
from proxy.config.addresses import parse_address
from proxy.config.load import Loaded
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import AnswerSettings, JournalSettings, LogSettings, Settings, UpstreamSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.demo.show import Show
from proxy.demo.steps import STEPS, Outcome, Step
from proxy.journal.reader import find_flow
from proxy.sandbox import Observation, Sandbox, demo_keys, start
from proxy.telemetry.logs import set_up_logs

_SECONDS: Final = 10.0
IN_PLACE: Final = "in place of the demo start signing-proxy run --sandbox"
"""The demo takes neither a file nor profiles."""
_RECORD_WAIT_SECONDS: Final = 2.0


@dataclass(slots=True)
class Stage:
    """Sandbox and gateway in one process."""

    gateway: Gateway
    sandbox_url: str
    seen: list[Observation]
    journal: Path
    accounts: Accounts


@asynccontextmanager
async def staged(listen: str, admin: str) -> AsyncIterator[Stage]:
    """Start both; the journal goes to a directory that is removed at the end."""
    seen: list[Observation] = []
    key = demo_keys()[0]
    exchange = await start(Sandbox(keys=demo_keys(), observer=seen.append))
    account = Account("demo", "sandbox", key.api_key, HmacKey(Secret(key.secret.encode("ascii"))))
    with tempfile.TemporaryDirectory(prefix="signing-proxy-demo-") as directory:
        settings = Settings(
            environment="sandbox",
            listen=listen,
            admin=admin,
            upstream=UpstreamSettings(unsafe_url=exchange.url),
            answers=AnswerSettings(explain="message"),
            journal=JournalSettings(directory=directory),
        )
        accounts = Accounts({"demo": account}, "demo")
        gateway = await start_gateway(settings, accounts)
        read_no_file = Loaded(settings, {}, None, looked_here=False)
        gateway.pipeline.written.stands_in(read_no_file, reloads=False, start=IN_PLACE)
        await gateway.background.load()  # the tour shows the diagnosis, from its first request on
        try:
            yield Stage(gateway, exchange.url, seen, Path(directory), accounts)
        finally:
            await gateway.stop()
            await exchange.stop()


async def tour(stage: Stage, show: Show) -> bool:
    """All stations in order; whether every promise was kept."""
    kept = True
    for number, step in enumerate(STEPS, start=1):
        outcome = await _take(stage, step)
        broken = [words for words, holds in step.promises if not holds(outcome)]
        show.step(number, len(STEPS), step, stage.gateway.url, outcome, broken)
        kept = kept and not broken
    return kept


async def _take(stage: Stage, step: Step) -> Outcome:
    """Send one request as any client would, and gather what everybody saw of it."""
    before = len(stage.seen)
    status, headers, body = await asyncio.to_thread(_send, stage.gateway.url, step)
    seen = tuple(o for o in stage.seen[before:] if not o.target.startswith(b"/api/v3/time"))
    record = await _record(stage.journal, headers.get("x-gateway-request-id", ""))
    return Outcome(status, headers, body, seen, record)


def _send(base: str, step: Step) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    with contextlib.closing(connection):
        headers = dict(step.headers)
        if step.body:  # what `curl -d` announces, right or wrong
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(step.method, step.target, body=step.body or None, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


async def _record(directory: Path, request_id: str) -> dict[str, Any]:
    """The journal line of a flow; records are written in small batches, off the path."""
    deadline = asyncio.get_running_loop().time() + _RECORD_WAIT_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if line := find_flow(directory, request_id):
            return dict(msgspec.json.decode(line))
        await asyncio.sleep(0.02)
    return {}


async def run(*, once: bool, listen: str, admin: str, show: Show, wanted: Wanted | None = None) -> bool:
    """The whole demo; whether every promise was kept."""
    async with _on_a_free_port(listen, admin, once=once) as stage:
        show.opening(stage.gateway.url, stage.sandbox_url)
        if not once and parse_address(listen).port != urlsplit(stage.gateway.url).port:
            show.moved(listen)
        kept = await tour(stage, show)
        show.closing(stage.gateway, stage.journal, kept=kept, stays=not once)
        if not once:
            await _stay(stage, wanted or Wanted())
    return kept


async def _stay(stage: Stage, wanted: Wanted) -> None:
    """Until a signal or `q`; what passes meanwhile is shown, as `run` does."""
    stop, screen = Stop(), Screen(wanted)
    gateway = stage.gateway
    try:
        if screen.shows:
            set_up_logs(LogSettings(level="warning"), stage.accounts.secrets(), screen.log_stream)
            screen.announce(announcement(gateway, stage.accounts), gateway)
            screen.follow(gateway, stop.end)
        await stop.wait()
    finally:
        screen.ending()
        screen.close()


@asynccontextmanager
async def _on_a_free_port(listen: str, admin: str, *, once: bool) -> AsyncIterator[Stage]:
    """The usual ports; any free ones for a single tour, or where the usual ones are taken."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            stage = await stack.enter_async_context(
                staged("127.0.0.1:0", "127.0.0.1:0") if once else staged(listen, admin)
            )
        except ConfigError:
            stage = await stack.enter_async_context(staged("127.0.0.1:0", "127.0.0.1:0"))
        yield stage
