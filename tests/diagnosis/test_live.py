"""Diagnosis while its rules are still being loaded: an error waits for them, not for ever, and nothing is lost."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from proxy.app import build
from proxy.app.build import start_gateway
from proxy.app.gateway import Gateway
from proxy.core.flow import Answer, ClockReading, Flow
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.diagnosis.live import LiveDiagnosis
from proxy.runtime.background_imports import BackgroundImports
from tests.core.redaction.flows import STARTED_MS, make_flow
from tests.support.gateway import hmac_account
from tests.support.raw_client import ask
from tests.support.recording_upstream import recording_upstream

REFUSED = b'{"code":-1100,"msg":"Illegal characters found in parameter \'quantity\'."}'
ANSWER = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    REFUSED
)
ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=100"
REQUEST = b"POST /api/v3/order/test?%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n" % ORDER


class Held(BackgroundImports):
    """Loads nothing before `go_on` is set."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.go_on = threading.Event()

    def _import(self, *names: str) -> None:
        self.go_on.wait(30)
        super()._import(*names)


@asynccontextmanager
async def refused(journal: Path) -> AsyncIterator[Gateway]:
    """A gateway whose exchange refuses everything."""
    async with recording_upstream() as upstream:
        upstream.answer = ANSWER + REFUSED
        configured = {
            "listen": "127.0.0.1:0",
            "admin": None,
            "upstream": {"unsafe_url": upstream.url},
            "journal": {"directory": str(journal)},
        }
        running = await start_gateway(msgspec.convert(configured, Settings), hmac_account())
        try:
            yield running
        finally:
            if isinstance(running.background, Held):
                running.background.go_on.set()
            await running.stop()


async def test_an_error_answer_waits_a_second_for_the_rules_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it passes without its sentence; the next one has it; the journal has both."""
    monkeypatch.setattr(build, "BackgroundImports", Held)
    async with refused(tmp_path) as running:
        assert isinstance(running.background, Held)
        begun = time.monotonic()
        early = await ask(running.url, REQUEST)
        waited = time.monotonic() - begun
        running.background.go_on.set()
        await running.background.load()
        late = await ask(running.url, REQUEST)
    assert (early.status, early.body) == (late.status, late.body) == (400, REFUSED)
    assert early.header("X-Gateway-Diagnosis") is None
    assert 0.9 < waited < 5
    assert (late.header("X-Gateway-Diagnosis") or "").startswith("param-decimal-comma;")
    assert [found_in(line) for line in lines(tmp_path)] == ["param-decimal-comma"] * 2


async def test_the_first_error_after_the_start_has_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules come while it waits."""
    monkeypatch.setattr(build, "BackgroundImports", Held)
    async with refused(tmp_path) as running:
        assert isinstance(running.background, Held)
        asyncio.get_running_loop().call_later(0.3, running.background.go_on.set)
        first = await ask(running.url, REQUEST)
    assert (first.header("X-Gateway-Diagnosis") or "").startswith("param-decimal-comma;")


async def test_a_busy_machine_gets_the_same_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all of its short time had gone to others: what shows at once is still looked for, to the last rule."""
    monkeypatch.setattr("proxy.diagnosis.live._FIRST_STAGE_SECONDS", 0.0)
    monkeypatch.setattr("proxy.diagnosis.live._LOOK_SECONDS", 10.0)
    async with refused(tmp_path) as running:
        await running.background.load()
        first = await ask(running.url, REQUEST)
    assert (first.header("X-Gateway-Diagnosis") or "").startswith("param-decimal-comma;")


def lines(directory: Path) -> list[dict[str, object]]:
    texts = [text for file in directory.glob("flows-*.jsonl") for text in file.read_text().splitlines()]
    return [record for text in texts if (record := json.loads(text))["type"] == "flow"]


def found_in(record: dict[str, object]) -> object:
    """The rule of the first finding."""
    return msgspec.convert(record["findings"], list[dict[str, object]])[0]["rule"]


class Fails(LiveDiagnosis):
    """Cannot be asked."""

    async def _first_stage(self, flow: Flow) -> str | None:
        raise RuntimeError("test")


async def test_a_diagnosis_that_fails_says_nothing_and_is_told_in_the_log() -> None:
    parts: Any = None  # what it stands on is not asked
    flow = make_flow("GET", b"/api/v3/account")
    with capture_logs() as said:
        assert await Fails(Accounts(), parts, parts, parts).diagnose_briefly(flow) is None
    assert said == [
        {
            "event": "diagnosis_failed",
            "log_level": "error",
            "error": "RuntimeError",
            "request_id": flow.request_id,
        }
    ]


def test_neighbours_are_timed_by_the_exchanges_clock() -> None:
    """The local clock was three hours slow, and was set between two calls: they lie a second apart all the same."""
    parts: Any = None
    live = LiveDiagnosis(Accounts(), parts, parts, parts)
    before = make_flow("GET", b"/sapi/v1/c2c/ads/getAds", answer=Answer(200, ()))
    before.started_ms -= 10_800_000
    before.clock = ClockReading(STARTED_MS, 10_800_000.0, 31.5, "exchange")
    live.remember(before)
    now = make_flow("GET", b"/sapi/v1/c2c/ads/getAds", answer=Answer(400, (), b'{"code":-2008}'))
    now.clock = ClockReading(STARTED_MS + 1000, 0.0, 31.5, "exchange")
    (one,) = live._observation(now).neighbours
    assert (one.at_ms, one.host) == (STARTED_MS, "api.binance.com")


def test_without_a_clock_neighbours_have_the_local_time() -> None:
    parts: Any = None
    live = LiveDiagnosis(Accounts(), parts, parts, parts)
    flow = make_flow("GET", b"/api/v3/account", answer=Answer(200, ()))
    flow.clock = None
    live.remember(flow)
    assert [one.at_ms for one in live._observation(flow).neighbours] == [STARTED_MS]
