"""A write whose answer was lost is looked up: as whom, by whose time, when, and never where nothing was lost."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientPayloadError

from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from tests.gateway.house import LATE, ORDER, OTHER_KEY, OTHER_SECRET, Sent, house, says
from tests.support.independent import hmac_covers
from tests.upstream.scripted import Act, answers_and_hangs_up, hangs_up

NAMED = ORDER + "&newClientOrderId=a-1"
HOUR_MS = 3_600_000
CUT = answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100_000)


def shows(ahead_ms: int = 0) -> Act:
    """The order is there, placed just now."""
    return says(200, b'{"status":"NEW","time":%d}' % (1_795_262_401_000 + ahead_ms))


def looks(sent: list[Sent]) -> list[Sent]:
    return [one for one in sent if one.method == "GET" and one.path == "/api/v3/order"]


LOST: list[tuple[str, tuple[Act, ...], str | None]] = [
    # what becomes of the order -> X-Gateway-Outcome; None: the client has the head of an answer already
    ("503", (says(503),), "executed"),
    ("408", (says(408),), "executed"),
    ("no answer", (hangs_up,), "executed"),
    ("half a body", (answers_and_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),), "executed"),
    ("healed, then lost", (says(400, LATE), hangs_up), "executed"),
    ("a long answer breaks off", (CUT,), None),
]


@pytest.mark.parametrize(("acts", "outcome"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
async def test_it_is_asked_for_with_the_account_and_the_time_of_the_write(
    acts: tuple[Act, ...], outcome: str | None, tmp_path: Path
) -> None:
    """The exchange's clock is an hour ahead of ours."""
    async with house(tmp_path, *acts, shows(HOUR_MS)) as at:
        at.exchange.shift_ms = HOUR_MS
        assert await at.running.pipeline.intake.clocks.all()[0].refresh()
        try:
            got = await at.order(NAMED, X_Gateway_Account="other")
        except ClientPayloadError:
            assert outcome is None
        else:
            assert (got.execution, got.headers["X-Gateway-Outcome"]) == ("unknown", outcome)
        await at.until(lambda: bool(at.lines("outcome")))
        (look,) = looks(at.sent)
        assert look.headers["x-mbx-apikey"] == OTHER_KEY
        assert hmac_covers(OTHER_SECRET.encode(), look.query.encode(), b"")
        assert abs(int(look.params["timestamp"]) - at.local.unix_ms() - HOUR_MS) < 2000
        (record,) = at.lines("outcome")
        assert (record["outcome"], record.get("told", False)) == ("executed", outcome is not None)
        assert record["request_id"] == (await at.flow())["request_id"]


NOT_LOST: list[tuple[str, str, str, str | None, Act]] = [
    ("answered", "POST", "/api/v3/order", NAMED, says(200)),
    ("refused by the exchange", "POST", "/api/v3/order", NAMED, says(400)),
    ("half done", "POST", "/api/v3/order/cancelReplace", NAMED, says(409)),
    ("a read", "GET", "/api/v3/account", None, says(503)),
    ("a read that is a POST", "POST", "/api/v3/order/test", NAMED, hangs_up),
]


@pytest.mark.parametrize(
    ("method", "target", "form", "act"), [row[1:] for row in NOT_LOST], ids=[row[0] for row in NOT_LOST]
)
async def test_where_nothing_was_lost_nothing_is_asked(
    method: str, target: str, form: str | None, act: Act, tmp_path: Path
) -> None:
    async with house(tmp_path, act) as at:
        got = await at.ask(method, target, form)
        assert "X-Gateway-Outcome" not in got.headers
        await at.flow()
        assert (len(at.sent), at.lines("outcome")) == (1, [])


async def test_what_was_not_sent_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_any: Any) -> None:
        raise fault("upstream_unreachable", "connect", "ConnectionRefusedError")

    async with house(tmp_path) as at:
        at.local.ahead += 100  # no connection is at hand any more
        monkeypatch.setattr(Dialer, "open", fails)
        got = await at.order(NAMED)
        assert (got.token, got.execution) == ("upstream_unreachable", "not_sent")
        assert "X-Gateway-Outcome" not in got.headers
        await at.flow()
        assert at.lines("outcome") == []


async def test_an_answer_is_read_before_its_write_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is free by then, and asks, where it need not rest."""
    monkeypatch.setattr("proxy.upstream.pool.LONGEST_REST_SECONDS", 0.0)
    ports: list[int] = []

    def on_the_same(act: Act) -> Act:
        async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ports.append(writer.get_extra_info("peername")[1])
            await act(reader, writer)

        return noted

    said = b'{"code":-1008,"msg":"busy"}'
    async with house(tmp_path, on_the_same(says(503, said)), on_the_same(shows())) as at:
        got = await at.order(NAMED)
        assert (got.status, got.body, got.headers["X-Gateway-Outcome"]) == (503, said, "executed")
        assert len(ports) == 2
        assert len(set(ports)) == 1
