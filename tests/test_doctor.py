"""The doctor while its rules are still being loaded: nobody waits for them, and nothing is lost."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from proxy import app
from proxy.core.settings import Settings
from proxy.late import LateModules
from tests.support.gateway import hmac_account
from tests.support.raw_client import ask
from tests.support.recording_upstream import recording_upstream

REFUSED = b'{"code":-1100,"msg":"Illegal characters found in parameter \'quantity\'."}'
ANSWER = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    REFUSED
)
ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=100"
REQUEST = b"POST /api/v3/order/test?%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n" % ORDER


class Held(LateModules):
    """Loads nothing before `gate` is set."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.gate = threading.Event()

    def _import(self, *names: str) -> None:
        self.gate.wait(30)
        super()._import(*names)


async def test_an_error_answer_does_not_wait_for_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It passes without its sentence; the next one has it; the journal has both."""
    monkeypatch.setattr(app, "LateModules", Held)
    async with recording_upstream() as upstream:
        upstream.answer = ANSWER + REFUSED
        configured = {
            "listen": "127.0.0.1:0",
            "admin": None,
            "upstream": {"unsafe_url": upstream.url},
            "journal": {"directory": str(tmp_path)},
        }
        running = await app.start(msgspec.convert(configured, Settings), hmac_account())
        assert isinstance(running.late, Held)
        try:
            early = await ask(running.url, REQUEST)
            running.late.gate.set()
            await running.late.load()
            late = await ask(running.url, REQUEST)
        finally:
            running.late.gate.set()
            await running.stop()
    assert (early.status, early.body) == (late.status, late.body) == (400, REFUSED)
    assert early.header("X-Gateway-Diagnosis") is None
    assert (late.header("X-Gateway-Diagnosis") or "").startswith("param-decimal-comma;")
    assert [found_in(line) for line in lines(tmp_path)] == ["param-decimal-comma"] * 2


def lines(directory: Path) -> list[dict[str, object]]:
    texts = [text for file in directory.glob("flows-*.jsonl") for text in file.read_text().splitlines()]
    return [record for text in texts if (record := json.loads(text))["type"] == "flow"]


def found_in(record: dict[str, object]) -> object:
    """The rule of the first finding."""
    return msgspec.convert(record["findings"], list[dict[str, object]])[0]["rule"]
