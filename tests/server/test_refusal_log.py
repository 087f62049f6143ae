"""Lines for refusals that belong to no request: ten of a kind, then how many there were."""

import asyncio

import pytest
from structlog.testing import capture_logs

from proxy.core.errors import Refusal
from proxy.core.settings import LimitSettings
from proxy.server import refusal_log as room
from proxy.server.refusal_log import RefusalLog
from proxy.server.refusals import CONNECTIONS, TLS_ON_PLAIN, TOO_SLOW

BAD, SLOW = Refusal(400, "bad_http", "no"), Refusal(408, "too_slow", "no")


def nothing() -> None:
    pass


async def test_a_loop_leaves_eleven_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ROW_SECONDS", 0.01)
    log = RefusalLog(LimitSettings(refusal_delay_seconds=0))
    with capture_logs() as lines:
        for _ in range(1000):
            log.note(BAD, nothing)
        log.note(SLOW, nothing)
        assert [line["event"] for line in lines] == ["refused"] * 11
        assert lines[-1]["token"] == "too_slow"
        async with asyncio.timeout(5):
            while len(lines) < 12:
                await asyncio.sleep(0.005)
    counted = {"event": "refused_repeatedly", "token": "bad_http", "status": 400, "count": 990}
    assert lines[-1] == counted | {"log_level": "info"}


async def test_somebody_is_told_what_the_log_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ROW_SECONDS", 0.01)
    log, told = RefusalLog(LimitSettings(refusal_delay_seconds=0)), list[tuple[str, int, float]]()
    log.tell = lambda refusal, count, ago: told.append((refusal.token, count, ago))
    with capture_logs():
        for _ in range(25):
            log.note(BAD, nothing)
        async with asyncio.timeout(5):
            while len(told) < 11:
                await asyncio.sleep(0.005)
        for _ in range(3):
            log.note(BAD, nothing)
        log.flush()
        log.flush()
        await asyncio.sleep(0.03)
    assert [(token, count) for token, count, _ in told] == [("bad_http", 1)] * 10 + [
        ("bad_http", 15),
        ("bad_http", 3),
    ]
    assert told[0][2] == 0
    assert 0.01 <= told[10][2] < 5


async def test_after_a_row_the_next_begins_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_ROW_SECONDS", 0.01)
    log = RefusalLog(LimitSettings(refusal_delay_seconds=0))
    with capture_logs() as lines:
        for _ in range(12):
            log.note(BAD, nothing)
        await asyncio.sleep(0.03)
        log.note(BAD, nothing)
        await asyncio.sleep(0.03)
    assert [line["count"] for line in lines if line["event"] == "refused_repeatedly"] == [2, 1]


async def test_a_loop_is_answered_later_and_later_by_few_connections_at_once() -> None:
    log, answered = RefusalLog(LimitSettings(refusal_delay_seconds=0.2, connections=40)), 0

    def answer() -> None:
        nonlocal answered
        answered += 1

    with capture_logs():
        for _ in range(50):
            log.note(BAD, answer)
        assert answered == 50
        for _ in range(200):
            log.note(BAD, answer)
        assert answered == 240  # ten wait, a quarter of 40; who finds no place is answered
        for _ in range(100):
            log.note(CONNECTIONS, answer)
            log.note(TOO_SLOW, answer)
        assert answered == 440
        await asyncio.sleep(0.3)
    assert answered == 450
    (reading,) = log.readings()
    assert (reading.name, reading.samples) == ("refusals_of_no_request", (((), 450),))


async def test_who_speaks_tls_to_the_plain_port_is_told_of_in_the_log_for_he_cannot_read_the_answer() -> None:
    log = RefusalLog(LimitSettings(refusal_delay_seconds=0))
    with capture_logs() as lines:
        for _ in range(30):
            log.note(TLS_ON_PLAIN, nothing)
        log.note(BAD, nothing)
        log.flush()
    said = [line for line in lines if line["token"] == "tls_on_plain_port" and line["event"] == "refused"]
    assert len(said) == 10
    assert all(
        line["says"].startswith("a TLS client spoke to the plain http port; use http://") for line in said
    )
    assert ["says" in line for line in lines if line["token"] == "bad_http"] == [False]
    assert lines[-1]["count"] == 20 or lines[-2]["count"] == 20
