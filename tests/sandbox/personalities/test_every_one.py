"""Each personality by real requests over loopback: what it refuses, with which answer, and what it leaves alone."""

from dataclasses import dataclass
from typing import Any

import pytest

from proxy.sandbox import PERSONALITIES, PersonalityError, Sandbox, put_on
from tests.sandbox.conftest import NOW_MS, Exchange

SPOT, RIGHTS, ADS = "/api/v3/account", "/sapi/v1/account/apiRestrictions", "/sapi/v1/c2c/ads/getAds"
FUTURES, TIME = "/fapi/v3/balance", "/api/v3/time"
GOOD = (200, None)
UNKNOWN, REJECTED, TIMED = (401, -2008), (401, -2015), (400, -1021)
PAGE = (403, None)


@dataclass(frozen=True)
class Row:
    """A personality, and status and code of each of the five calls."""

    text: str
    spot: tuple[int, int | None]
    rights: tuple[int, int | None]
    ads: tuple[int, int | None]
    futures: tuple[int, int | None]
    time: tuple[int, int | None] = GOOD


ROWS = [
    Row("flapping-2008:works=0", GOOD, GOOD, (400, -2008), GOOD),
    Row("unknown-key", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    Row("wrong-environment", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    Row("ip-2015", REJECTED, REJECTED, REJECTED, REJECTED),
    Row("permission-missing", GOOD, GOOD, (401, -1002), GOOD),
    Row("permission-missing:permission=read", REJECTED, REJECTED, GOOD, REJECTED),
    Row("clock-ahead:hidden=yes", TIMED, TIMED, TIMED, TIMED),
    Row("clock-behind:hidden=yes", TIMED, TIMED, TIMED, TIMED),
    Row("waf-403", PAGE, PAGE, PAGE, PAGE, PAGE),
    Row("429-then-418:weight=1", (429, -1003), GOOD, GOOD, (429, -1003), (429, -1003)),
    Row("wrapper-9000", GOOD, GOOD, (400, -9000), GOOD),
    Row("executed-but-504", GOOD, GOOD, GOOD, GOOD),
    Row("maintenance", (503, -1001), (503, -1001), (503, -1001), (503, -1001)),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
async def test_what_it_answers(row: Row, exchange: Exchange) -> None:
    put_on(exchange.sandbox, row.text)
    found = []
    for path in (SPOT, RIGHTS, ADS, FUTURES):
        answer = await exchange.signed("GET", path)
        found.append((answer.status, answer.code))
    answer = await exchange.send("GET", TIME)
    found.append((answer.status, answer.code))
    assert found == [row.spot, row.rights, row.ads, row.futures, row.time]


def test_the_table_has_every_personality() -> None:
    assert {row.text.partition(":")[0] for row in ROWS} == set(PERSONALITIES)


@pytest.mark.parametrize("name", PERSONALITIES)
def test_its_usage_is_what_can_be_put_on(name: str) -> None:
    put_on(Sandbox(), PERSONALITIES[name].usage)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There are: flapping-2008, unknown-key"),
        ("flaping", "did you mean flapping-2008"),
        ("unknown-key:x=1", "it has no options"),
        ("waf-403:after", "its options are waf-403:after=0,blocks=5m"),
        ("waf-403:after=1,after=2", "each option once"),
        ("waf-403:often=1", "its options are"),
        ("permission-missing:permission=all", "one of c2c, futures"),
        ("wrong-environment:home=mars", "one of demo, production"),
    ],
)
def test_what_is_none_is_answered_with_what_there_is(text: str, why: str) -> None:
    with pytest.raises(PersonalityError, match=why):
        put_on(Sandbox(), text)


async def test_two_of_them_at_once(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "permission-missing:permission=futures")
    put_on(exchange.sandbox, "wrapper-9000")
    order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"
    assert (await exchange.signed("POST", "/fapi/v1/order", form=order)).code == -2015
    assert (await exchange.signed("GET", FUTURES)).status == 200
    assert (await exchange.signed("GET", ADS)).code == -9000


@pytest.mark.parametrize(
    ("text", "shift_ms", "says"),
    [
        ("clock-ahead:by=2s", -2000, "1000ms ahead"),
        ("clock-behind:by=6s", 6000, "outside of the recvWindow"),
    ],
)
async def test_a_clock_that_can_be_asked(text: str, shift_ms: int, says: str, exchange: Exchange) -> None:
    put_on(exchange.sandbox, text)
    refused = await exchange.signed("GET", SPOT, timestamp=NOW_MS)
    assert (refused.code, says in refused.json["msg"]) == (-1021, True)
    told = (await exchange.send("GET", TIME)).json["serverTime"]
    assert told == NOW_MS + shift_ms
    assert (await exchange.signed("GET", SPOT, timestamp=told)).status == 200


async def test_a_key_at_home_is_known(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "wrong-environment:home=testnet")
    home = await exchange.signed("GET", SPOT, headers={"Host": "testnet.binance.vision"})
    away = await exchange.signed("GET", SPOT, headers={"Host": "api.binance.com"})
    assert (home.status, away.code) == (200, -2008)


async def test_the_firewall_lets_some_pass_blocks_and_forgets(open_exchange: Any) -> None:
    now = NOW_MS
    exchange = await open_exchange(now_ms=lambda: now)
    put_on(exchange.sandbox, "waf-403:after=2,blocks=5m")
    told = []
    for seconds in (0, 0, 0, 299, 300, 300, 300):
        now = NOW_MS + seconds * 1000
        told.append((await exchange.send("GET", TIME)).status)
    assert told == [200, 200, 403, 403, 200, 200, 403]


async def test_limits_that_are_soon_reached_and_a_ban(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "429-then-418:weight=2,ban_after=1,ban=3m")
    told = [await exchange.send("GET", TIME) for _ in range(5)]
    assert [one.status for one in told] == [200, 200, 429, 418, 418]
    assert 1 <= int(told[2].headers["retry-after"]) <= 60
    assert told[3].headers["retry-after"] == "180"


async def test_an_order_that_is_executed_although_its_answer_is_a_504(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "executed-but-504:times=1")
    order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"
    lost = await exchange.signed("POST", "/api/v3/order", form=order)
    assert (lost.status, lost.code, len(exchange.sandbox.executed)) == (504, None, 1)
    assert (await exchange.signed("POST", "/api/v3/order", form=order)).status == 200


async def test_maintenance_is_told_where_one_asks_for_it(exchange: Exchange) -> None:
    put_on(exchange.sandbox, "maintenance")
    told = await exchange.send("GET", "/sapi/v1/system/status", api_key=None)
    assert told.json == {"status": 1, "msg": "system_maintenance"}


@pytest.mark.parametrize(("text", "has"), [("volume", "187049"), ("price", "limited range")])
async def test_the_wrapper_says_what_is_inside(text: str, has: str, exchange: Exchange) -> None:
    put_on(exchange.sandbox, f"wrapper-9000:text={text}")
    assert has in (await exchange.signed("GET", ADS)).json["msg"]
