"""The brake: reads stop before the limit, orders and cancels pass until it."""

import pytest

from proxy.core.settings import BudgetSettings

from .house import House

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
    errands = []
    while house.refusal(READ) is None:
        errands.append(house.begin(READ))
    assert len(errands) == 270  # 5400 / 20
    house.end(READ, errands.pop(), (b"X-MBX-USED-WEIGHT-1M", b"20"))
    assert house.refusal(READ) is not None  # the rest is still under way
    for errand in errands:
        house.end(READ, errand, (b"X-MBX-USED-WEIGHT-1M", b"40"))
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
    assert late.meter.told == 20  # it may have arrived in this one


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
    for account in ("main", "other"):
        errand = house.begin(uid, account=account)
        assert (errand.meter.limit, errand.meter.account) == (180_000, account)
    house.end(uid, errand, (b"X-SAPI-USED-UID-WEIGHT-1M", b"179999"))
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
    assert not house.begin(READ).meter.informed
