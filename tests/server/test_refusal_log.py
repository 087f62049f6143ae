"""Lines for refusals that belong to no request: ten of a kind, then how many there were."""

import asyncio

import pytest
from structlog.testing import capture_logs

from proxy.core.errors import Refusal
from proxy.server import refusal_log as room
from proxy.server.refusal_log import RefusalLog

BAD, SLOW = Refusal(400, "bad_http", "no"), Refusal(408, "too_slow", "no")


async def test_a_loop_leaves_eleven_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ROW_SECONDS", 0.01)
    log = RefusalLog()
    with capture_logs() as lines:
        for _ in range(1000):
            log.note(BAD)
        log.note(SLOW)
        assert [line["event"] for line in lines] == ["refused"] * 11
        assert lines[-1]["token"] == "too_slow"
        async with asyncio.timeout(5):
            while len(lines) < 12:
                await asyncio.sleep(0.005)
    counted = {"event": "refused_repeatedly", "token": "bad_http", "status": 400, "count": 990}
    assert lines[-1] == counted | {"log_level": "info"}


async def test_after_a_row_the_next_begins_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ROW_SECONDS", 0.01)
    log = RefusalLog()
    with capture_logs() as lines:
        for _ in range(12):
            log.note(BAD)
        await asyncio.sleep(0.03)
        log.note(BAD)
        await asyncio.sleep(0.03)
    assert [line["count"] for line in lines if line["event"] == "refused_repeatedly"] == [2, 1]
