"""One clock error is healed: -1021 for our own time stamp is measured anew, signed anew, and sent once more."""

import asyncio
import gzip
from pathlib import Path

import pytest

from tests.gateway.house import LATE, ORDER, WEIGHT, Sent, house, says
from tests.support.gateway import API_SECRET
from tests.support.independent import hmac_covers
from tests.upstream.scripted import Act

HOUR_MS = 3_600_000


def valid(one: Sent) -> bool:
    return hmac_covers(API_SECRET.encode(), one.query.encode(), one.body)


def stamp(one: Sent) -> int:
    return int(one.params["timestamp"])


@pytest.mark.parametrize("shift_ms", [HOUR_MS, -HOUR_MS])
@pytest.mark.parametrize(
    ("method", "target", "form"),
    [
        ("POST", "/api/v3/order?a=1", ORDER),
        ("GET", "/api/v3/account?recvWindow=60000&omitZeroBalances=true", None),
        ("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=7", None),
    ],
)
async def test_the_same_request_leaves_with_another_time(
    method: str, target: str, form: str | None, shift_ms: int, tmp_path: Path
) -> None:
    async with house(tmp_path, says(400, LATE), says(200, b'{"well":1}')) as at:
        at.exchange.shift_ms, asked = shift_ms, at.exchange.asked_time
        got = await at.ask(method, target, form)
        assert (got.status, got.body, got.execution) == (200, b'{"well":1}', "answered")
        first, second = at.sent
        assert at.exchange.asked_time - asked == 5
        assert (valid(first), valid(second)) == (True, True)
        assert abs(stamp(second) - stamp(first) - shift_ms) < 5000
        changed = ("timestamp", "signature")
        assert {name for name in first.params if first.params[name] != second.params[name]} == set(changed)
        assert (second.method, second.path, second.body) == (first.method, first.path, first.body)
        assert second.headers == first.headers
        assert stamp(second) == (await at.flow())["clock"]["exchange_ms"]


def answer_of(status: int, body: bytes, *lines: str) -> tuple[Act, int, bytes]:
    return says(status, body, *lines), status, body


PACKED = gzip.compress(LATE)
NOT_HEALED = {
    "no answer of a 4xx": answer_of(200, LATE),
    "a 5xx": answer_of(500, LATE),
    "401": answer_of(401, LATE),
    "403": answer_of(403, LATE),
    "404": answer_of(404, LATE),
    "the neighbours": answer_of(400, LATE.replace(b"-1021", b"-1022")),
    "and the other": answer_of(400, LATE.replace(b"-1021", b"-1020")),
    "without the minus": answer_of(400, LATE.replace(b"-1021", b"1021")),
    "as text": answer_of(400, LATE.replace(b"-1021", b'"-1021"')),
    "in the message": answer_of(400, b'{"code":-1000,"msg":"-1021"}'),
    "no JSON": answer_of(400, b"-1021"),
    "nothing": answer_of(400, b""),
    "in a coding that is not read": answer_of(400, LATE, "Content-Encoding: br"),
}


@pytest.mark.parametrize(("act", "status", "body"), NOT_HEALED.values(), ids=NOT_HEALED)
async def test_other_answers_are_passed_on(act: Act, status: int, body: bytes, tmp_path: Path) -> None:
    async with house(tmp_path, act) as at:
        asked = at.exchange.asked_time
        got = await at.ask("GET", "/api/v3/account", Accept_Encoding="identity")
        assert got.status == status
        assert len(at.sent) == 1
        assert at.exchange.asked_time == asked


async def test_a_compressed_one_is_healed_too(tmp_path: Path) -> None:
    async with house(tmp_path, says(400, PACKED, "Content-Encoding: gzip"), says(200)) as at:
        assert (await at.ask("GET", "/api/v3/account")).status == 200
        assert len(at.sent) == 2


@pytest.mark.parametrize(
    ("target", "security"),
    [("/api/v3/ticker/price", ""), ("/sapi/v1/margin/allPairs", ""), ("/api/v3/account", "none")],
)
async def test_without_a_time_stamp_of_ours_there_is_nothing_to_heal(
    target: str, security: str, tmp_path: Path
) -> None:
    async with house(tmp_path, says(400, LATE)) as at:
        headers = {"X-Gateway-Security": security} if security else {}
        got = await at.ask("GET", target, **headers)
        assert (got.status, got.body) == (400, LATE)
        assert len(at.sent) == 1


async def test_a_second_one_is_passed_on(tmp_path: Path) -> None:
    async with house(tmp_path, says(400, LATE), says(400, LATE.replace(b"Time", b"time"))) as at:
        got = await at.order()
        assert (got.status, got.body) == (400, LATE.replace(b"Time", b"time"))
        assert len(at.sent) == 2
        record = await at.flow()
        assert (record["attempts"], record["weight"], record["code"]) == (2, 2, "-1021")


async def test_where_the_time_cannot_be_had_the_answer_is_passed_on(tmp_path: Path) -> None:
    async with house(tmp_path, says(400, LATE)) as at:
        at.exchange.tells_time = False
        got = await at.order()
        assert (got.status, got.body, got.execution) == (400, LATE, "answered")
        assert len(at.sent) == 1
        assert (await at.flow())["attempts"] == 1


async def test_a_hold_that_began_meanwhile_is_obeyed(tmp_path: Path) -> None:
    """Another request is told to wait while the time is being measured: the healed one does not leave."""
    async with house(tmp_path, says(400, LATE), says(429, WEIGHT, "Retry-After: 30")) as at:
        at.exchange.time_is_free.clear()
        asked = at.exchange.asked_time
        healing = asyncio.create_task(at.order())
        await at.until(lambda: at.exchange.asked_time > asked)
        assert (await at.ask("GET", "/api/v3/account")).status == 429
        at.exchange.time_is_free.set()
        got = await healing
        assert (got.status, got.body, got.token) == (400, LATE, "")
        assert [one.method for one in at.sent] == ["POST", "GET"]


async def test_so_is_the_brake(tmp_path: Path) -> None:
    """Its own answer says that the minute is nearly used up: 95 of 100, and reads may use 90."""
    nearly = says(400, LATE, "X-MBX-USED-WEIGHT-1M: 95")
    async with house(tmp_path, nearly, budget={"api_weight": 100}) as at:
        got = await at.ask("GET", "/api/v3/account")
        assert (got.status, got.body, got.token) == (400, LATE, "")
        assert len(at.sent) == 1


async def test_its_own_429_holds_it_and_everybody(tmp_path: Path) -> None:
    async with house(tmp_path, says(400, LATE), says(429, WEIGHT, "Retry-After: 30")) as at:
        assert [(one.status, one.token) for one in (await at.order(), await at.order())] == [
            (429, ""),
            (429, "upstream_backoff"),
        ]
        assert len(at.sent) == 2


async def test_many_at_once_measure_once(tmp_path: Path) -> None:
    async with house(tmp_path, *[says(400, LATE)] * 8) as at:
        at.exchange.time_is_free.clear()
        asked = at.exchange.asked_time
        tasks = [asyncio.create_task(at.order()) for _ in range(8)]
        await at.until_sent(8)
        await at.until(lambda: not at.exchange.acts)
        await asyncio.sleep(0.02)
        at.exchange.time_is_free.set()
        assert [one.status for one in await asyncio.gather(*tasks)] == [200] * 8
        assert at.exchange.asked_time - asked == 5
        assert len(at.sent) == 16


async def test_a_write_is_announced_once(tmp_path: Path) -> None:
    async with house(tmp_path, says(400, LATE)) as at:
        await at.order()
        await at.flow()
        assert len(at.lines("intent")) == 1
