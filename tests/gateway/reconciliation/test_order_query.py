"""One look at the exchange: which account asks, where, how often, and what it does with an answer that is none."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import (
    LATE,
    NOON_MS,
    ORDER,
    OTHER_KEY,
    OTHER_SECRET,
    WEIGHT,
    House,
    Sent,
    house,
    says,
)
from tests.support.gateway import API_KEY, API_SECRET
from tests.support.independent import hmac_covers
from tests.upstream.scripted import Act, hangs_up, rest

NAMED = ORDER + "&newClientOrderId=a-1"


def shows(status: str = "NEW") -> Act:
    """The order is there, placed just now."""
    body = b'{"status":"%b","time":%d,"clientOrderId":"a-1"}' % (status.encode(), 1_795_262_401_000)
    return says(200, body)


def looks(at: House) -> list[Sent]:
    return [one for one in at.sent if one.method == "GET" and one.path == "/api/v3/order"]


@pytest.mark.parametrize(
    ("account", "key", "secret"), [("main", API_KEY, API_SECRET), ("other", OTHER_KEY, OTHER_SECRET)]
)
async def test_the_account_of_the_write_asks_with_headers_of_its_own(
    account: str, key: str, secret: str, tmp_path: Path
) -> None:
    async with house(tmp_path, hangs_up, shows(), signing={"recv_window_ms": 4321}) as at:
        got = await at.order(
            NAMED,
            X_Gateway_Account=account,
            Accept="x/y",
            Accept_Encoding="gzip",
            X_MBX_TIME_UNIT="MICROSECOND",
        )
        assert (got.execution, got.headers["X-Gateway-Outcome"]) == ("unknown", "executed")
        (look,) = looks(at)
        host = at.running.settings.upstream.unsafe_url
        assert host is not None
        assert look.headers == {
            "host": host.removeprefix("http://"),
            "x-mbx-apikey": key,
            "accept": "*/*",
            "accept-encoding": "identity",
            "user-agent": "binance-signing-proxy",
        }
        assert look.body == b""
        stamp = look.params["timestamp"]
        assert look.query.startswith(
            f"symbol=BTCUSDT&origClientOrderId=a-1&recvWindow=4321&timestamp={stamp}&signature="
        )
        assert hmac_covers(secret.encode(), look.query.encode(), b"")
        assert abs(int(stamp) - at.local.unix_ms()) < 2000


async def test_a_look_with_a_wrong_time_measures_the_clock_and_is_repeated(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, says(400, LATE), shows()) as at:
        asked = at.exchange.asked_time
        got = await at.order(NAMED)
        assert got.headers["X-Gateway-Outcome"] == "executed"
        assert at.exchange.asked_time - asked == 5
        assert len(looks(at)) == 2
        (outcome,) = at.lines("outcome")
        assert (outcome["looks"], outcome["told"]) == (2, True)


async def test_another_refusal_of_a_look_measures_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, says(400, b'{"code":-1022,"msg":"x"}')) as at:
        asked = at.exchange.asked_time
        got = await at.order(NAMED)
        assert got.headers["X-Gateway-Outcome"] == "undetermined"
        assert at.exchange.asked_time == asked
        (outcome,) = at.lines("outcome")
        assert (outcome["reason"], outcome["code"], outcome["looks"]) == ("refused", "-1022", 1)


async def test_an_answer_too_large_for_an_order_is_no_answer(tmp_path: Path) -> None:
    async with house(
        tmp_path, hangs_up, says(200, b'{"status":"NEW","pad":"%b"}' % (b"x" * 65_536)), shows()
    ) as at:
        assert (await at.order(NAMED)).headers["X-Gateway-Outcome"] == "executed"
        assert len(looks(at)) == 2


async def test_a_look_is_a_read_and_may_go_again_over_a_connection_that_died(tmp_path: Path) -> None:
    """It counts as one look: the exchange never answered the first."""
    async with house(tmp_path) as at:
        await asyncio.gather(*(at.ask("GET", "/api/v3/account") for _ in range(3)))  # connections are at hand
        await rest()
        at.exchange.acts += [hangs_up, hangs_up, shows()]
        assert (await at.order(NAMED)).headers["X-Gateway-Outcome"] == "executed"
        assert len(looks(at)) == 2
        assert at.lines("outcome")[0]["looks"] == 1


HELD: list[tuple[str, Act, str | None, int]] = [
    # what another request is told while the write is under way -> outcome and looks
    ("the host, for long", says(418, WEIGHT, "Retry-After: 7200"), "undetermined", 0),
    ("orders only", says(429, b'{"code":-1015,"msg":"x"}', "Retry-After: 7200"), "executed", 1),
]


@pytest.mark.parametrize(("act", "outcome", "asked"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
async def test_a_hold_that_began_meanwhile(act: Act, outcome: str, asked: int, tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def waits_and_hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.close()

    async with house(tmp_path, waits_and_hangs_up, act, shows()) as at:
        lost = asyncio.create_task(at.order(NAMED))
        await at.until_sent(1)
        assert (await at.order()).status in (418, 429)
        go_on.set()
        assert (await lost).headers["X-Gateway-Outcome"] == outcome
        assert len(looks(at)) == asked
        record = at.lines("outcome")[-1]
        assert (record.get("reason", ""), record.get("looks", 0)) == ("" if asked else "held", asked)


@pytest.mark.parametrize(
    ("status", "body", "token"),
    [
        (429, WEIGHT, "upstream_backoff"),
        (418, b"", "upstream_backoff"),
        (400, WEIGHT, "upstream_backoff"),
        (401, b'{"code":-2015,"msg":"x"}', ""),
        (503, b'{"code":-1003,"msg":"x"}', "upstream_backoff"),
        (200, b'{"code":-1003,"msg":"x"}', ""),
    ],
)
async def test_what_a_look_is_told_holds_everybody(
    status: int, body: bytes, token: str, tmp_path: Path
) -> None:
    act, brief = says(status, body, "Retry-After: 60"), {"drain_seconds": 0.1}
    async with house(tmp_path, hangs_up, act, orders={"outcome_wait_seconds": 0}, limits=brief) as at:
        assert (await at.order(NAMED)).execution == "unknown"
        await at.until(lambda: len(looks(at)) == 1 and not at.exchange.acts)
        await asyncio.sleep(0.02)
        other = await at.ask("GET", "/api/v3/account")
        assert other.token == token
        if token:
            assert 59 <= int(other.headers["Retry-After"]) <= 60


async def test_the_end_of_a_ban_that_a_look_is_told_is_believed(tmp_path: Path) -> None:
    until = NOON_MS + 100_000
    said = b'{"code":-1003,"msg":"Way too much request weight used; IP banned until %d."}' % until
    brief = {"drain_seconds": 0.1}
    async with house(
        tmp_path, hangs_up, says(400, said), orders={"outcome_wait_seconds": 0}, limits=brief
    ) as at:
        assert (await at.order(NAMED)).execution == "unknown"
        await at.until(lambda: len(looks(at)) == 1 and not at.exchange.acts)
        await asyncio.sleep(0.02)
        held = await at.ask("GET", "/api/v3/account")
        assert held.token == "upstream_backoff"
        assert 97 <= int(held.headers["Retry-After"]) <= 100


TOLD: list[tuple[str, dict[str, Any], tuple[Act, ...], str | None, bool]] = [
    # settings, what the exchange does -> X-Gateway-Outcome, `told` in the journal
    ("found at once", {}, (hangs_up, shows()), "executed", True),
    ("filled", {}, (hangs_up, shows("FILLED")), "executed", True),
    ("rejected", {}, (hangs_up, shows("REJECTED")), "not_found", True),
    ("of a 5xx", {}, (says(503), shows()), "executed", True),
    ("of a 408", {}, (says(408), shows()), "executed", True),
    ("an unknown answer", {}, (hangs_up, says(200, b"{}")), "undetermined", True),
    ("not waited for", {"orders": {"outcome_wait_seconds": 0}}, (says(503), shows()), None, False),
]


@pytest.mark.parametrize(
    ("settings", "acts", "outcome", "told"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD]
)
async def test_what_the_client_is_told_is_what_the_journal_says_it_was_told(
    settings: dict[str, Any], acts: tuple[Act, ...], outcome: str | None, told: bool, tmp_path: Path
) -> None:
    async with house(tmp_path, *acts, **settings) as at:
        got = await at.order(NAMED)
        assert got.execution == "unknown"
        assert got.headers.get("X-Gateway-Outcome") == outcome
        await at.until(lambda: bool(at.lines("outcome")))
        (record,) = at.lines("outcome")
        assert record.get("told", False) is told
        assert record["outcome"] == (outcome or "executed")
        assert record["request_id"] == got.headers["X-Gateway-Request-Id"]
        assert len(looks(at)) == 1


async def test_a_read_without_an_answer_is_not_looked_up(tmp_path: Path) -> None:
    async with house(tmp_path, says(503), says(503)) as at:
        for method, target in (("GET", "/api/v3/order?symbol=A&orderId=1"), ("POST", "/api/v3/order/test")):
            got = await at.ask(method, target, NAMED if method == "POST" else None)
            assert (got.execution, got.headers.get("X-Gateway-Outcome")) == ("unknown", None)
        assert len(at.sent) == 2
        assert at.lines("outcome") == []
