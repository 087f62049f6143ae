"""Weight headers, 429, 418, order counts. The clock is moved, never waited for."""

from typing import Any

from proxy.sandbox import Limits
from tests.sandbox.conftest import NOW_MS, Exchange

MARKET = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001"


async def test_spot_reports_one_weight_for_all_endpoints(exchange: Exchange) -> None:
    await exchange.send("GET", "/api/v3/time")
    answer = await exchange.signed("GET", "/api/v3/account")
    assert answer.headers["x-mbx-used-weight-1m"] == answer.headers["x-mbx-used-weight"] == "21"
    assert "x-sapi-used-ip-weight-1m" not in answer.headers


async def test_sapi_counts_each_endpoint_and_names_the_kind(exchange: Exchange) -> None:
    await exchange.signed("GET", "/sapi/v1/capital/config/getall")
    by_ip = await exchange.signed("GET", "/sapi/v1/capital/config/getall")
    other = await exchange.signed("GET", "/sapi/v1/account/status")
    by_account = await exchange.signed("GET", "/sapi/v1/capital/withdraw/history")
    assert by_ip.headers["x-sapi-used-ip-weight-1m"] == "20"
    assert other.headers["x-sapi-used-ip-weight-1m"] == "1"
    assert by_account.headers["x-sapi-used-uid-weight-1m"] == "18000"
    assert "x-sapi-used-ip-weight-1m" not in by_account.headers


async def test_a_good_order_costs_no_weight_and_a_refused_one_does(exchange: Exchange) -> None:
    good = await exchange.signed("POST", "/api/v3/order", MARKET)
    assert (good.headers["x-mbx-used-weight-1m"], good.headers["x-mbx-order-count-10s"]) == ("0", "1")
    assert good.headers["x-mbx-order-count-1d"] == "1"
    bad = await exchange.signed("POST", "/api/v3/order", MARKET, secret="another test secret")
    assert bad.headers["x-mbx-used-weight-1m"] == "1"
    assert "x-mbx-order-count-10s" not in bad.headers


async def test_over_the_limit_429_with_the_seconds_to_the_next_minute(open_exchange: Any) -> None:
    exchange = await open_exchange(
        limits=Limits(spot_weight_1m=2), now_ms=lambda: NOW_MS - NOW_MS % 60_000 + 18_500
    )
    for _ in range(2):
        assert (await exchange.send("GET", "/api/v3/ping")).status == 200
    refused = await exchange.send("GET", "/api/v3/ping")
    assert (refused.status, refused.headers["retry-after"]) == (429, "42")
    assert refused.json["code"] == -1003
    assert refused.json["msg"].startswith(
        "Too much request weight used; current limit is 2 request weight per 1 MINUTE."
    )
    exchange.sandbox.clock_shift_ms = 42_000
    assert (await exchange.send("GET", "/api/v3/ping")).status == 200


async def test_going_on_brings_a_ban_for_every_path_and_the_next_ban_is_longer(open_exchange: Any) -> None:
    limits = Limits(spot_weight_1m=0, ban_after=2, ban_ms=120_000)
    exchange = await open_exchange(limits=limits, now_ms=lambda: NOW_MS - NOW_MS % 60_000)
    statuses = [(await exchange.send("GET", "/api/v3/ping")).status for _ in range(3)]
    assert statuses == [429, 429, 418]
    banned = await exchange.send("GET", "/sapi/v1/system/status")
    until = exchange.sandbox.now_ms() + 120_000
    assert (banned.status, banned.headers["retry-after"]) == (418, "120")
    assert f"IP banned until {until}." in banned.json["msg"]
    exchange.sandbox.clock_shift_ms = 120_000
    assert (await exchange.send("GET", "/sapi/v1/system/status")).status == 200
    statuses = [(await exchange.send("GET", "/api/v3/ping")).status for _ in range(3)]
    again = await exchange.send("GET", "/api/v3/ping")
    assert (statuses[-1], again.headers["retry-after"]) == (418, "240")


async def test_too_many_orders_is_1015_until_the_ten_seconds_are_over(open_exchange: Any) -> None:
    exchange = await open_exchange(limits=Limits(orders_10s=1), now_ms=lambda: NOW_MS - NOW_MS % 10_000)
    assert (await exchange.signed("POST", "/api/v3/order", MARKET)).status == 200
    refused = await exchange.signed("POST", "/api/v3/order", MARKET)
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert refused.json == {
        "code": -1015,
        "msg": "Too many new orders; current limit is 1 orders per 10 SECOND.",
    }
    assert (await exchange.signed("POST", "/api/v3/order/test", MARKET)).status == 200
    counts = (await exchange.signed("GET", "/api/v3/rateLimit/order")).json
    assert [(entry["intervalNum"], entry["count"]) for entry in counts] == [(10, 1), (1, 1)]
    exchange.sandbox.clock_shift_ms = 10_000
    assert (await exchange.signed("POST", "/api/v3/order", MARKET)).status == 200


async def test_a_uid_limit_is_charged_to_the_account(open_exchange: Any) -> None:
    exchange = await open_exchange(limits=Limits(sapi_uid_1m=18_000))
    assert (await exchange.signed("GET", "/sapi/v1/capital/withdraw/history")).status == 200
    assert (await exchange.signed("GET", "/sapi/v1/capital/withdraw/history")).status == 429
    assert (await exchange.signed("GET", "/sapi/v1/account/status")).status == 200


async def test_products_have_limits_of_their_own(open_exchange: Any) -> None:
    exchange = await open_exchange(limits=Limits(futures_weight_1m=0))
    assert (await exchange.send("GET", "/fapi/v1/time")).status == 429
    assert (await exchange.send("GET", "/dapi/v1/time")).status == 429  # one pool for both futures
    assert (await exchange.send("GET", "/api/v3/time")).status == 200


async def test_usd_m_and_coin_m_share_one_pool_of_weight(exchange: Exchange) -> None:
    await exchange.send("GET", "/fapi/v1/time")
    assert (await exchange.send("GET", "/dapi/v1/time")).headers["x-mbx-used-weight-1m"] == "2"
    assert (await exchange.send("GET", "/api/v3/time")).headers["x-mbx-used-weight-1m"] == "1"


async def test_usd_m_and_coin_m_share_one_pool_of_orders(open_exchange: Any) -> None:
    limits = Limits(futures_orders_10s=2, futures_orders_1m=3)
    exchange = await open_exchange(limits=limits, now_ms=lambda: NOW_MS - NOW_MS % 60_000)
    coin = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=1"
    first = await exchange.signed("POST", "/fapi/v1/order", MARKET)
    second = await exchange.signed("POST", "/dapi/v1/order", coin)
    third = await exchange.signed("POST", "/fapi/v1/order", MARKET)
    assert first.headers["x-mbx-order-count-1m"] == "1"
    assert second.headers["x-mbx-order-count-10s"] == second.headers["x-mbx-order-count-1m"] == "2"
    assert "x-mbx-order-count-1d" not in second.headers
    assert (third.status, third.code) == (429, -1015)
    exchange.sandbox.clock_shift_ms = 10_000
    assert (await exchange.signed("POST", "/dapi/v1/order", coin)).headers["x-mbx-order-count-10s"] == "1"
    minute = await exchange.signed("POST", "/dapi/v1/order", coin)
    assert (minute.code, minute.headers["retry-after"]) == (-1015, "50")
    spot = await exchange.signed("POST", "/api/v3/order", MARKET)
    assert spot.headers["x-mbx-order-count-10s"] == "1", "spot counts its own"
