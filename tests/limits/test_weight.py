"""The brake: reads stop before the limit, orders and cancels pass until it."""

import msgspec
import pytest
import structlog

from proxy.core.settings import BudgetSettings
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind
from tests.limits.house import House

READ = "GET /api/v3/account"  # weighs 20
ORDER = "POST /api/v3/order"  # 1, and nothing if it succeeds
CANCEL = "DELETE /api/v3/order"


def test_reads_stop_at_the_brake_and_orders_at_the_limit() -> None:
    house = House()
    house.ask(READ, 5380)
    assert house.refusal(READ) is None  # 5400 of 6000
    house.ask(READ, 5381)
    refusal = house.refusal(READ)
    assert refusal is not None
    assert (refusal.status, refusal.token) == (429, "budget_exceeded")
    assert dict(refusal.headers) == {"Retry-After": "40"}  # to the end of the minute
    assert house.refusal(ORDER) is None
    assert house.refusal(CANCEL) is None
    house.ask(ORDER, 5999)
    assert house.refusal(ORDER) is None
    house.ask(ORDER, 6000)
    assert house.refusal(ORDER) is not None
    assert house.refusal(CANCEL) is not None


def test_light_reads_pass_where_a_heavy_one_does_not() -> None:
    house = House()
    house.ask(READ, 5350)
    assert house.refusal("GET /api/v3/openOrders") is not None
    assert house.refusal("GET /api/v3/openOrders", b"symbol=BTCUSDT") is None


def test_a_new_minute_is_a_new_budget() -> None:
    house = House()
    house.ask(READ, 5999)
    house.hands.passed = 39.9
    refusal = house.refusal(READ)
    assert refusal is not None
    assert dict(refusal.headers) == {"Retry-After": "1"}
    house.hands.passed = 40.0
    assert house.refusal(READ) is None


def test_what_is_in_flight_counts_before_it_is_answered() -> None:
    house = House()
    house.ask(READ, 0)
    requests = []
    while house.refusal(READ) is None:
        requests.append(house.begin(READ))
    assert len(requests) == 270  # 5400 / 20
    house.end(READ, requests.pop(), (b"X-MBX-USED-WEIGHT-1M", b"20"))
    assert house.refusal(READ) is not None  # the rest is still under way
    for pending in requests:
        house.end(READ, pending, (b"X-MBX-USED-WEIGHT-1M", b"40"))
    assert house.refusal(READ) is None


def test_where_the_exchange_tells_nothing_nobody_is_braked() -> None:
    house = House()
    for _ in range(1000):
        house.begin(READ)
        assert house.refusal(READ) is None


def test_answers_that_overtake_each_other_do_not_lower_the_count() -> None:
    house = House()
    first, second = house.begin(READ), house.begin(READ)
    house.end(READ, second, (b"x-mbx-used-weight-1m", b"5400"))
    house.end(READ, first, (b"x-mbx-used-weight-1m", b"5380"))
    assert house.refusal(READ) is not None


def test_an_answer_to_the_minute_before_says_nothing_of_this_one() -> None:
    house = House()
    late = house.begin(READ)
    house.hands.passed = 41
    assert house.refusal(READ) is None
    house.end(READ, late, (b"x-mbx-used-weight-1m", b"5990"))
    assert house.refusal(READ) is None
    assert late.meter.used == 20  # it may have arrived in this one


def test_a_count_that_fell_means_that_the_exchange_began_a_new_minute() -> None:
    house = House()
    house.ask(READ, 5999)
    house.ask(CANCEL, 20)
    assert house.refusal(READ) is None


@pytest.mark.parametrize("brake", [0.5, 1.0])
def test_the_share_is_configured(brake: float) -> None:
    house = House(BudgetSettings(brake=brake))
    house.ask(READ, round(6000 * brake) - 20)
    assert house.refusal(READ) is None
    house.ask(READ, round(6000 * brake) - 19)
    assert house.refusal(READ) is not None


def test_without_a_brake_nothing_is_refused() -> None:
    house = House(BudgetSettings(brake=None))
    house.ask(READ, 999_999)
    assert house.refusal(READ) is None
    assert house.refusal(ORDER) is None


def test_the_limit_is_configured_or_learned_from_a_429() -> None:
    house = House(BudgetSettings(api_weight=100))
    house.ask(READ, 71)
    assert house.refusal(READ) is not None
    meter = house.begin(READ).meter
    house.budget.learn(meter, "Too many new orders; current limit is 50 orders per 10 SECOND.")
    assert meter.limit == 100
    house.budget.learn(
        meter, "Too much request weight used; current limit is 12000 request weight per 1 MINUTE."
    )
    assert meter.limit == 12_000
    assert house.refusal(READ) is None


def test_families_have_budgets_of_their_own() -> None:
    house = House()
    house.ask(READ, 5999)
    assert house.refusal("GET /fapi/v2/account") is None
    house.ask("GET /fapi/v2/account", 2390)
    assert house.refusal("GET /fapi/v2/account") is not None


def test_each_sapi_endpoint_has_a_limiter_of_its_own_and_uid_ones_count_by_account() -> None:
    house = House()
    assert house.begin("GET /sapi/v1/account/status").meter.limit == 12_000
    house.ask("GET /sapi/v1/account/status", 11_999)
    assert house.refusal("GET /sapi/v1/account/status") is not None
    assert house.refusal("GET /sapi/v1/capital/config/getall") is None
    uid = "GET /sapi/v1/capital/withdraw/history"
    main, other = (house.begin(uid, account=account) for account in ("main", "other"))
    assert (main.meter.limit, main.meter.account) == (180_000, "main")
    assert (other.meter.limit, other.meter.account) == (180_000, "other")
    house.end(uid, other, (b"X-SAPI-USED-UID-WEIGHT-1M", b"179999"))
    assert house.refusal(uid, account="other") is not None
    assert house.refusal(uid, account="main") is None


def test_where_nobody_says_what_an_endpoint_counts_it_is_not_braked() -> None:
    """Its answers may tell the weight of an account, whose limit is 15 times the other."""
    house = House()
    name = "GET /sapi/v1/c2c/ads/getAds"
    house.ask(name, 150_000)
    assert house.begin(name).meter.limit is None
    assert house.refusal(name) is None


def test_statistics_have_a_limit_of_their_own() -> None:
    house = House()
    house.ask("GET /fapi/v2/account", 100)
    house.ask("GET /futures/data/openInterestHist", 2399)
    assert house.refusal("GET /fapi/v2/account") is None


def test_paths_nobody_lists_share_one_limiter_and_are_not_braked() -> None:
    house = House()
    meters = {house.begin(f"GET /sapi/v1/made/up{n}").meter for n in range(50)}
    assert len(meters) == 1
    assert meters.pop().limit is None


def test_a_count_that_is_documented_as_wrong_is_not_believed() -> None:
    house = House()
    house.ask("GET /fapi/v2/account", 10)
    house.ask("GET /fapi/v2/ticker/price", 2399)
    assert house.refusal("GET /fapi/v2/account") is None


WEIGHED = [
    # name, status -> what it weighed
    (ORDER, 200, 0),
    (ORDER, 400, 1),
    (CANCEL, 200, 0),
    (CANCEL, 400, 1),
    (READ, 200, 20),
    (READ, 400, 20),
    ("POST /fapi/v1/order", 200, 0),
]


@pytest.mark.parametrize(("name", "status", "weight"), WEIGHED)
def test_what_a_request_weighed(name: str, status: int, weight: int) -> None:
    assert House().ask(name, status=status) == weight


def test_an_undocumented_weight_is_what_the_count_rose_by() -> None:
    house, unknown = House(), "GET /fapi/v1/rpiDepth"
    assert house.ask(unknown, 100) == 1  # nothing to compare with
    assert house.ask(unknown, 120) == 20
    assert house.ask(unknown) == 1  # not told
    other = house.begin("GET /fapi/v2/account")
    assert house.ask(unknown, 150) == 1  # it may have been the other one
    house.end("GET /fapi/v2/account", other, (b"x-mbx-used-weight-1m", b"155"))
    assert house.ask(unknown, 157) == 2


def test_order_counts_are_kept_until_their_interval_ends() -> None:
    house = House()
    house.hands.passed = 2.0  # 22 s into the minute
    counts = ((b"X-MBX-ORDER-COUNT-10S", b"7"), (b"x-mbx-order-count-1d", b"1234"))
    house.end(ORDER, house.begin(ORDER), *counts)
    assert [(one.interval_ms, one.count, one.account) for one in house.budget.order_counts()] == [
        (10_000, 7, "main"),
        (86_400_000, 1234, "main"),
    ]
    house.hands.passed = 10.0
    assert [one.count for one in house.budget.order_counts()] == [1234]


@pytest.mark.parametrize("value", [b"", b"-1", b"1.5", b"x", b"9" * 30, b"0x10"])
def test_a_count_that_is_no_number_tells_nothing(value: bytes) -> None:
    house = House()
    house.end(READ, house.begin(READ), (b"X-MBX-USED-WEIGHT-1M", value))
    assert not house.begin(READ).meter.known


# -- the edge of the brake


def test_a_read_that_just_fits_passes_also_when_the_minute_ended_since_the_last_look() -> None:
    """40 of 100 may be used by reads: 20 are under way, 20 more just fit."""
    house = House(BudgetSettings(api_weight=100, brake=0.4))
    house.ask(READ, 90)
    house.begin(READ)
    limits = house.limits(READ)
    assert house.budget.refusal(limits, 20) is not None
    house.hands.passed = 40.0
    assert house.budget.refusal(limits, 21) is not None
    assert house.budget.refusal(limits, 20) is None


def test_an_order_that_just_fits_the_whole_passes_and_no_heavier_one() -> None:
    house = House(BudgetSettings(api_weight=100, brake=0.4))
    house.ask(READ, 60)
    house.begin(READ)
    limits = house.limits(ORDER)
    assert house.budget.refusal(limits, 20) is None
    refusal = house.budget.refusal(limits, 21)
    assert refusal is not None
    assert (refusal.status, refusal.token) == (429, "budget_exceeded")
    assert refusal.message == "this minute's request weight is used up; call again after Retry-After"
    read = house.budget.refusal(house.limits(READ), 20)
    assert read is not None
    assert "(budget.brake) is spent" in read.message


def test_a_weight_that_nobody_knows_counts_as_one() -> None:
    house = House(BudgetSettings(api_weight=100, brake=0.4))
    limits = house.limits(READ)
    house.ask(READ, 39)
    assert house.budget.refusal(limits, None) is None
    house.ask(READ, 40)
    assert house.budget.refusal(limits, None) is not None


@pytest.mark.parametrize(
    ("passed", "seconds"), [(0.0, "40"), (0.5, "40"), (1.0, "39"), (38.0, "2"), (39.5, "1")]
)
def test_retry_after_is_the_rest_of_the_minute_in_whole_seconds(passed: float, seconds: str) -> None:
    house = House()
    house.ask(READ, 6000)
    house.hands.passed = passed
    refusal = house.refusal(READ)
    assert refusal is not None
    assert dict(refusal.headers) == {"Retry-After": seconds}


def test_before_anything_was_told_even_what_is_under_way_stops_nobody() -> None:
    house = House(BudgetSettings(api_weight=10, brake=0.5))
    limits = house.limits(READ)
    for _ in range(5):
        house.begin(READ)
    assert house.budget.refusal(limits, 20) is None
    house.ask(READ, 0)
    assert house.budget.refusal(limits, 20) is not None


# -- which limit

CONFIGURED = [
    ("api_weight", "GET /api/v3/account"),
    ("fapi_weight", "GET /fapi/v2/account"),
    ("dapi_weight", "GET /dapi/v1/account"),
    ("eapi_weight", "GET /eapi/v1/marginAccount"),
    ("papi_weight", "GET /papi/v1/account"),
]


@pytest.mark.parametrize(("setting", "name"), CONFIGURED)
def test_each_family_has_its_setting(setting: str, name: str) -> None:
    """On the futures testnet, where /fapi and /dapi count apart; together, see below."""
    house = House(msgspec.convert({setting: 77}, BudgetSettings))
    for other, its_name in CONFIGURED:
        meter = house.limits(its_name, base="https://testnet.binancefuture.com").meter
        assert (meter.limit == 77) is (other == setting)
        assert (meter.source == "configuration") is (other == setting)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("GET /api/v3/account", 6000),
        ("GET /fapi/v2/account", 2400),
        ("GET /dapi/v1/account", 2400),
        ("GET /eapi/v1/marginAccount", 2400),
        ("GET /papi/v1/account", None),
        ("GET /sapi/v1/account/status", 12_000),
        ("GET /sapi/v1/capital/withdraw/history", 180_000),
    ],
)
def test_else_the_documented_one_holds(name: str, limit: int | None) -> None:
    meter = House().limits(name).meter
    assert meter.limit == limit
    assert meter.source == "" if limit is None else meter.source.endswith((" (2026-07-21)", " (2026-11-28)"))
    assert meter.brake == (float("inf") if limit is None else limit * 0.9)


def test_a_learned_limit_is_braked_and_told() -> None:
    house = House()
    meter = house.limits(READ).meter
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):  # the second time it is known
            house.budget.learn(
                meter, "Too much request weight used; current limit is 1200 request weight per 1 MINUTE."
            )
        house.budget.learn(meter, "Invalid symbol.")
    assert (meter.limit, meter.source, meter.brake) == (1200, "told by the exchange in a 429", 1080.0)
    (line,) = logs
    assert {name: line[name] for name in ("event", "log_level", "host", "family", "limit", "was")} == {
        "event": "limit_learned",
        "log_level": "warning",
        "host": "https://x",
        "family": "api",
        "limit": 1200,
        "was": 6000,
    }


# -- which limiter


def test_where_a_request_counts() -> None:
    """On /sapi each endpoint and method has a limiter, for UID ones each account; elsewhere a family and host has one."""
    house = House()

    def meter(name: str, account: str = "main") -> object:
        return house.limits(name, account).meter

    assert meter(READ) is meter(ORDER, "other")
    assert meter(READ) is not meter("GET /fapi/v2/account")
    elsewhere = msgspec.structs.replace(house.route(READ), base="https://y")
    assert house.budget.limits(elsewhere, "main", house.clock).meter is not meter(READ)
    by_ip, by_account = "GET /sapi/v1/account/status", "GET /sapi/v1/capital/withdraw/history"
    assert meter(by_ip) is meter(by_ip, "other")
    assert meter(by_account) is not meter(by_account, "other")
    assert meter(by_ip) is not meter("GET /sapi/v1/capital/config/getall")
    one, other = "POST /sapi/v1/margin/apiKey", "DELETE /sapi/v1/margin/apiKey"
    assert meter(one) is not meter(other)


# -- /fapi and /dapi together (notice "CM/UM Architecture Integration" of 2026-06-10)

USD_M, COIN_M = "https://fapi.binance.com", "https://dapi.binance.com"
UM_ACCOUNT, CM_ACCOUNT = "GET /fapi/v2/account", "GET /dapi/v1/account"
CM_ORDER = "POST /dapi/v1/order"


def test_both_futures_hosts_spend_one_budget() -> None:
    house = House()
    usd_m, coin_m = house.limits(UM_ACCOUNT, base=USD_M), house.limits(CM_ACCOUNT, base=COIN_M)
    assert coin_m.meter is usd_m.meter
    assert (usd_m.meter.base, usd_m.meter.family.value, usd_m.meter.limit) == (USD_M, "fapi", 2400)
    house.end(CM_ACCOUNT, house.begin(CM_ACCOUNT, base=COIN_M), (b"X-MBX-USED-WEIGHT-1M", b"2160"))
    assert house.budget.refusal(usd_m, 1) is not None
    assert house.budget.refusal(coin_m, 1) is not None
    assert house.budget.refusal(house.limits("POST /fapi/v1/order", base=USD_M), 240) is None


def test_a_429_of_one_teaches_the_limit_of_both() -> None:
    house = House()
    house.budget.learn(
        house.limits(CM_ACCOUNT, base=COIN_M).meter, "current limit is 1800 requests per minute"
    )
    assert house.limits(UM_ACCOUNT, base=USD_M).meter.limit == 1800


@pytest.mark.parametrize(
    ("usd_m", "coin_m"),
    [
        ("https://demo-fapi.binance.com", "https://demo-dapi.binance.com"),
        ("https://testnet.binancefuture.com", "https://testnet.binancefuture.com"),
    ],
)
def test_where_nobody_says_that_they_count_together_they_count_apart(usd_m: str, coin_m: str) -> None:
    house = House()
    one, other = house.limits(UM_ACCOUNT, base=usd_m).meter, house.limits(CM_ACCOUNT, base=coin_m).meter
    assert (one.limit, other.limit, one.base, other.base) == (2400, 6000, usd_m, coin_m)
    assert one is not other


def test_the_sandbox_counts_them_together_as_production_does() -> None:
    house = House()
    sandbox = "http://127.0.0.1:43210"
    meter = house.limits(CM_ACCOUNT, base=sandbox).meter
    assert meter is house.limits(UM_ACCOUNT, base=sandbox).meter
    assert meter.base == sandbox


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({"fapi_weight": 77}, 77),
        ({"dapi_weight": 77}, 77),
        ({"fapi_weight": 77, "dapi_weight": 77}, 77),
        ({}, 2400),
    ],
)
def test_either_setting_is_that_of_the_pool(settings: dict[str, int], limit: int) -> None:
    house = House(msgspec.convert(settings, BudgetSettings))
    for name, base in ((CM_ACCOUNT, COIN_M), (UM_ACCOUNT, USD_M)):
        assert house.limits(name, base=base).meter.limit == limit


def test_the_orders_of_both_are_one_count() -> None:
    house = House()
    count = b"X-MBX-ORDER-COUNT-10S"
    house.end("POST /fapi/v1/order", house.begin("POST /fapi/v1/order", base=USD_M), (count, b"7"))
    house.end(CM_ORDER, house.begin(CM_ORDER, base=COIN_M), (count, b"8"))
    assert [(one.base, one.count) for one in house.budget.order_counts()] == [(USD_M, 8)]


def test_what_a_limiter_says_of_itself() -> None:
    house = House()
    found = {
        name: (one.counted_by, one.endpoint, one.account, one.family.value)
        for name in (
            READ,
            "GET /sapi/v1/account/status",
            "GET /sapi/v1/capital/withdraw/history",
            "GET /sapi/v1/made/up",
        )
        for one in (house.limits(name).meter,)
    }
    assert found == {
        READ: ("IP", "", "", "api"),
        "GET /sapi/v1/account/status": ("IP", "GET /sapi/v1/account/status", "", "sapi"),
        "GET /sapi/v1/capital/withdraw/history": (
            "UID",
            "GET /sapi/v1/capital/withdraw/history",
            "main",
            "sapi",
        ),
        "GET /sapi/v1/made/up": ("IP", "(unlisted)", "", "sapi"),
    }


def test_a_known_route_has_its_limits_for_each_account() -> None:
    house = House()
    route = house.route(READ)
    main, other = (house.budget.limits(route, name, house.clock) for name in ("main", "other"))
    assert main is house.budget.limits(route, "main", house.clock)
    assert main is not other
    assert (main.account, other.account, main.route) == ("main", "other", route)


def test_paths_nobody_lists_leave_nothing_behind() -> None:
    house = House()
    route = house.route("GET /api/v3/made/up")
    assert house.budget.limits(route, "main", house.clock) is not house.budget.limits(
        route, "main", house.clock
    )


# -- what it weighed


def test_the_weight_of_a_read_is_that_of_its_parameters() -> None:
    house = House()
    for _ in range(2):  # known the second time
        assert house.ask("GET /api/v3/depth", query=b"limit=5") == 5
        assert house.ask("GET /api/v3/depth", query=b"limit=5000") == 250
        assert house.ask("GET /api/v3/depth") == 5
        assert house.ask("GET /fapi/v1/rpiDepth") == 1  # nobody says: assumed
        assert house.ask("POST /api/v3/order/test", query=b"computeCommissionRates=true") == 20
        assert house.ask("POST /api/v3/order/test") == 1


def test_the_form_of_a_write_is_looked_into() -> None:
    house = House()
    name = "POST /api/v3/order/test"
    limits, flow = house.limits(name), house.flow(name)
    assert house.budget.weight(limits, flow) == 1
    flow.prepared = prepare(b"", b"computeCommissionRates=true", BodyKind.FORM, signed=True)
    assert house.budget.weight(limits, flow) == 20


def test_more_targets_than_are_remembered_weigh_what_they_weigh() -> None:
    house = House()
    limits = house.limits("GET /api/v3/depth")
    for _ in range(2):
        for limit in range(1, 2000):
            weight = house.budget.weight(limits, house.flow("GET /api/v3/depth", b"limit=%d" % limit))
            assert weight == (5 if limit <= 100 else 25 if limit <= 500 else 50 if limit <= 1000 else 250)


FREE = [
    (ORDER, 200, 0),
    (ORDER, 201, 1),
    (ORDER, 500, 1),
    ("GET /api/v3/order", 200, 4),
    ("POST /api/v3/order/cancelReplace", 200, 0),
    ("POST /api/v3/order/cancelReplace", 409, 1),
    ("PUT /api/v3/order/amend/keepPriority", 200, 4),
]


@pytest.mark.parametrize(("name", "status", "weight"), FREE)
def test_orders_are_free_on_success_alone(name: str, status: int, weight: int) -> None:
    assert House().ask(name, status=status) == weight


def test_an_unknown_weight_is_not_guessed_where_the_count_may_have_risen_for_another_reason() -> None:
    house, unknown = House(), "GET /fapi/v1/rpiDepth"
    assert house.ask(unknown, 100) == 1
    assert house.ask(unknown, 100) == 1  # not risen
    assert house.ask(unknown, 90) == 1  # fallen
    assert house.ask(unknown, 107) == 7
    assert house.limits(unknown).meter.used == 107


def test_an_answer_of_the_minute_before_counts_what_is_known_of_it() -> None:
    house, unknown = House(), "GET /fapi/v1/rpiDepth"
    late, later = house.begin(READ), house.begin(unknown)
    house.hands.passed = 40.0
    house.budget.begin_minutes()
    house.end(READ, late, (b"x-mbx-used-weight-1m", b"5990"))
    house.end(unknown, later, (b"x-mbx-used-weight-1m", b"2000"))
    assert (late.meter.used, later.meter.used) == (20, 1)
    assert not late.meter.known


def test_who_spent_it_is_noted_with_the_flow() -> None:
    house = House()
    limits, flow = house.limits(READ), house.flow(READ, client="bot")
    house.budget.note_spent(flow, limits, 20, 1040.0)
    assert flow.weight == 20
    house.budget.note_spent(flow, limits, 5, 1040.0)  # sent once more
    assert flow.weight == 25
    (entry,) = house.budget.spending
    assert (entry.client, entry.weight, entry.requests, entry.shared, entry.minute) == ("bot", 25, 2, 0, 25)
    shared = house.flow(READ, client="bot")
    house.budget.note_shared(shared, limits)
    assert shared.weight == 0
    assert (entry.weight, entry.requests, entry.shared) == (25, 2, 1)


# -- minutes


def test_all_limiters_begin_their_minute_together() -> None:
    house = House()
    house.ask(READ, 100)
    house.ask("GET /fapi/v2/account", 50)
    house.hands.passed = 39.999
    assert [one.used for one in house.budget.meters()] == [100, 50]
    house.hands.passed = 40.0
    assert [one.used for one in house.budget.meters()] == [0, 0]
    assert [one.ends for one in house.budget.meters()] == [1100.0, 1100.0]
    house.ask(READ, 7)
    house.hands.passed = 99.9
    assert [one.used for one in house.budget.meters()] == [7, 0]
    house.hands.passed = 230.0  # nobody asked for two minutes
    assert [one.used for one in house.budget.meters()] == [0, 0]
    assert [one.ends for one in house.budget.meters()] == [1280.0, 1280.0]


def test_a_limiter_that_is_met_in_the_middle_of_a_minute_ends_with_it() -> None:
    house = House()
    house.ask(READ, 100)
    house.hands.passed = 30.0
    house.ask("GET /fapi/v2/account", 50)
    assert house.limits("GET /fapi/v2/account").meter.ends == pytest.approx(1040.0)
    house.hands.passed = 40.5
    assert [one.used for one in house.budget.meters()] == [0, 0]


def test_without_a_limiter_there_is_no_minute() -> None:
    house = House()
    house.budget.begin_minutes()
    assert list(house.budget.meters()) == []
    assert house.budget.now() == 1000.0
    house.hands.passed = 3.0
    assert house.budget.now() == 1003.0


# -- order counts


def test_order_counts_are_those_of_an_account_at_a_host() -> None:
    house = House()
    count = (b"X-MBX-ORDER-COUNT-1D", b"7")
    house.end(ORDER, house.begin(ORDER), count)
    house.end(ORDER, house.begin(ORDER, account="other"), (count[0], b"9"))
    house.end(ORDER, house.begin(ORDER), (count[0], b"8"))
    assert [(one.base, one.account, one.count, one.ends) for one in house.budget.order_counts()] == [
        ("https://x", "main", 8, 1000.0 + 43_180.0),
        ("https://x", "other", 9, 1000.0 + 43_180.0),
    ]
    house.hands.passed = 43_179.9
    assert len(list(house.budget.order_counts())) == 2
    house.hands.passed = 43_180.0
    assert list(house.budget.order_counts()) == []


def test_a_full_table_of_order_counts_still_renews_those_it_has() -> None:
    """Up to 1024: an exchange that makes up intervals must not fill the memory, nor hide the counts that matter."""
    house = House()
    made_up = tuple(
        (b"x-mbx-order-count-%d%b" % (n, unit), b"1") for unit in (b"m", b"h") for n in range(1, 600)
    )
    house.end(ORDER, house.begin(ORDER), (b"x-mbx-order-count-1d", b"1"), *made_up)
    house.end(ORDER, house.begin(ORDER), (b"x-mbx-order-count-1d", b"77"), (b"x-mbx-order-count-10s", b"5"))
    counts = {one.interval_ms: one.count for one in house.budget.order_counts()}
    assert len(counts) == 1024
    assert counts[86_400_000] == 77
    assert 10_000 not in counts


def test_a_limiter_whose_minute_goes_on_keeps_its_count() -> None:
    house = House()
    house.ask(READ, 100)
    house.ask("GET /fapi/v2/account", 50)
    list(house.budget.meters())[1].ends += 30.0  # of an exchange whose clock is another one
    house.hands.passed = 40.0
    assert [one.used for one in house.budget.meters()] == [0, 50]


def test_so_many_ways_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.limits.weight._MOST_KNOWN_LIMITS", 2)
    house = House()
    ways = [house.route(READ) for _ in range(3)]
    first = house.budget.limits(ways[0], "main", house.clock)
    house.budget.limits(ways[1], "main", house.clock)
    assert house.budget.limits(ways[0], "main", house.clock) is first
    house.budget.limits(ways[2], "main", house.clock)  # one too many: all are forgotten
    assert house.budget.limits(ways[0], "main", house.clock) is not first
