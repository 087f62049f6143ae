"""One limiter: its minute, what was told, and where reads stop."""

import pytest

from proxy.core.catalogue import PrefixFamily
from proxy.core.catalogue.rate_limits import pool_of
from proxy.limits.meter import Meter
from tests.limits.house import House


def meter(house: House | None = None) -> Meter:
    return Meter(pool_of("https://x", PrefixFamily.API), (house or House()).clock)


def test_a_new_meter_knows_nothing() -> None:
    one = meter()
    assert (one.base, one.family, one.counted_by, one.endpoint, one.account) == (
        "https://x",
        PrefixFamily.API,
        "IP",
        "",
        "",
    )
    assert (one.limit, one.source, one.brake) == (None, "", float("inf"))
    assert (one.used, one.in_flight, one.known, one.ends) == (0, 0, False, 0.0)


@pytest.mark.parametrize(
    ("limit", "share", "brake"),
    [
        (100, 0.9, 90.0),
        (100, 1.0, 100.0),
        (100, None, float("inf")),
        (None, 0.9, float("inf")),
        (None, None, float("inf")),
    ],
)
def test_a_bound_sets_the_brake(limit: int | None, share: float | None, brake: float) -> None:
    one = meter()
    one.set_limit(limit, "somebody", share)
    assert (one.limit, one.source, one.brake) == (limit, "somebody", brake)


def test_the_minute_is_the_exchanges() -> None:
    """20 seconds into it, 40 are left; at its very beginning a whole one."""
    house = House()
    one = meter(house)
    one.learn(17)
    one.begin_minute(1000.0)
    assert (one.ends, one.used, one.known) == (1040.0, 0, True)
    house.hands.passed = 40.0
    one.begin_minute(1040.0)
    assert one.ends == 1100.0
    house.hands.passed = 39.999
    one.begin_minute(1039.999)
    assert one.ends == pytest.approx(1040.0)


@pytest.mark.parametrize(
    ("interval_ms", "left"), [(10_000, 10.0), (60_000, 40.0), (86_400_000, 43_180.0), (1000, 1.0)]
)
def test_intervals_are_aligned_to_the_exchanges_clock(interval_ms: int, left: float) -> None:
    """1795262420000 is 2026-11-21T12:00:20Z."""
    assert meter().interval_ends(500.0, interval_ms) == 500.0 + left


HEARD = [
    # told before, told now -> counts
    (0, 0, 0),
    (0, 5, 5),
    (100, 101, 101),
    (100, 100, 100),
    (100, 99, 100),  # an answer that was overtaken
    (100, 50, 100),
    (100, 49, 49),  # the exchange has begun a new minute
    (101, 50, 101),
    (101, 49, 49),
    (2, 1, 2),
    (2, 0, 0),
    (1, 0, 1),
]


@pytest.mark.parametrize(("before", "used", "counts"), HEARD)
def test_the_largest_count_of_a_minute_holds_until_it_falls_below_half(
    before: int, used: int, counts: int
) -> None:
    one = meter()
    one.learn(before)
    assert one.known
    assert one.used == before
    one.learn(used)
    assert one.used == counts
