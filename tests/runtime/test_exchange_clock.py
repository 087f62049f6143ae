"""The exchange's time, on clocks that a test turns by hand."""

import asyncio

import pytest

from proxy.core.catalogue import ENVIRONMENTS, PrefixFamily
from proxy.core.errors import UpstreamError
from proxy.core.settings import ClockSettings
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks, ExchangeClock
from proxy.upstream.faults import fault


class Hands(LocalClock):
    """Clocks turned by hand: `wall` steps, `mono` sleeps with the machine, `boot` does not."""

    def __init__(self) -> None:
        self.wall_ms, self.mono, self.boot = 1_700_000_000_000.0, 100.0, 100.0

    def unix_ms(self) -> int:
        return int(self.wall_ms)

    def monotonic(self) -> float:
        return self.mono

    def steady(self) -> float:
        return self.boot

    def run(self, seconds: float) -> None:
        self.wall_ms += seconds * 1000
        self.mono += seconds
        self.boot += seconds

    def suspend(self, seconds: float) -> None:
        self.wall_ms += seconds * 1000
        self.boot += seconds


class Exchange:
    """Answers the time `ahead_ms` from ours after a trip; how the trip divides is the test's to say."""

    def __init__(self, hands: Hands, ahead_ms: float) -> None:
        self.hands, self.ahead_ms = hands, ahead_ms
        self.trips: list[tuple[float, float]] = [(0.01, 0.01)]
        self.broken = False
        self.asked = 0

    def now_ms(self) -> float:
        return 1_700_000_000_000 + (self.hands.boot - 100) * 1000 + self.ahead_ms

    async def __call__(self) -> int:
        self.asked += 1
        if self.broken:
            raise fault("upstream_unreachable", "connect")
        there, back = self.trips[(self.asked - 1) % len(self.trips)]
        self.hands.run(there)
        answered = int(self.now_ms())
        self.hands.run(back)
        return answered


def make(ahead_ms: float = 0.0, samples: int = 5) -> tuple[Hands, Exchange, ExchangeClock]:
    hands = Hands()
    exchange = Exchange(hands, ahead_ms)
    return hands, exchange, ExchangeClock(exchange, hands, ClockSettings(samples=samples), "api")


@pytest.mark.parametrize("ahead_ms", [0, 3_600_000, -3_600_000, 86_400_000, 250])
async def test_the_stamp_is_the_exchanges_time(ahead_ms: float) -> None:
    hands, exchange, clock = make(ahead_ms)
    assert await clock.refresh()
    for _ in range(3):
        hands.run(100)
        error = clock.reading().exchange_ms - exchange.now_ms()
        assert -25 <= error <= 3
    assert abs(clock.reading().offset_ms - ahead_ms) < 30
    assert clock.reading().source == "exchange"


@pytest.mark.parametrize("trip", [(0.0, 0.4), (0.4, 0.0), (2.0, 0.0), (0.0, 2.0)])
async def test_never_more_than_a_few_milliseconds_ahead(trip: tuple[float, float]) -> None:
    """However unevenly the round trip divides: ahead is what Binance refuses, late is what it tolerates."""
    _, exchange, clock = make()
    exchange.trips = [trip]
    await clock.refresh()
    assert clock.reading().exchange_ms - exchange.now_ms() <= 4


async def test_the_smallest_round_trip_counts() -> None:
    _, exchange, clock = make()
    exchange.trips = [(0.5, 0.5), (0.3, 0.9), (0.001, 0.001), (0.2, 0.2), (1.0, 0.1)]
    await clock.refresh()
    assert exchange.asked == 5
    assert clock.reading().round_trip_ms == pytest.approx(2, abs=0.1)


async def test_a_wall_clock_step_changes_nothing_and_asks_for_a_new_estimate() -> None:
    hands, exchange, clock = make()
    await clock.refresh()
    assert not clock.due()
    hands.wall_ms += 86_400_000
    assert abs(clock.reading().exchange_ms - exchange.now_ms()) < 25
    hands.run(0.06)  # not each request looks
    assert clock.due()


async def test_a_suspend_is_survived_and_asks_for_a_new_estimate() -> None:
    hands, exchange, clock = make()
    await clock.refresh()
    hands.suspend(8 * 3600)
    assert abs(clock.reading().exchange_ms - exchange.now_ms()) < 25
    assert clock.due()


async def test_offline_the_local_clock_serves_and_says_so() -> None:
    hands, exchange, clock = make()
    exchange.broken = True
    assert not await clock.refresh()
    reading = clock.reading()
    assert (reading.exchange_ms, reading.source, reading.round_trip_ms) == (hands.unix_ms(), "local", None)
    assert not clock.due()  # not at once again
    hands.run(1.1)
    assert clock.due()


async def test_a_failed_refresh_keeps_the_last_estimate() -> None:
    hands, exchange, clock = make(ahead_ms=5000)
    await clock.refresh()
    exchange.broken = True
    hands.run(400)
    assert clock.due()
    assert not await clock.refresh()
    assert abs(clock.reading().exchange_ms - exchange.now_ms()) < 25


async def test_refreshes_join() -> None:
    _, exchange, clock = make()
    await asyncio.gather(clock.refresh(), clock.refresh(), clock.refresh())
    assert exchange.asked == 5


async def test_one_clock_for_hosts_that_share_a_time_endpoint() -> None:
    asked: list[tuple[str, str]] = []

    async def fetch(base: str, path: str) -> int:
        asked.append((base, path))
        return 1_700_000_000_000

    clocks = Clocks(fetch, Hands(), ClockSettings(samples=1))
    production = ENVIRONMENTS["production"]
    spot = clocks.of(production, PrefixFamily.API)
    assert clocks.of(production, PrefixFamily.SAPI) is spot
    assert clocks.of(production, PrefixFamily.PAPI) is spot
    futures = clocks.of(production, PrefixFamily.FAPI)
    assert futures is not spot
    await clocks.ensure_estimate(spot)
    await clocks.ensure_estimate(futures)
    assert asked == [
        ("https://api.binance.com", "/api/v3/time"),
        ("https://fapi.binance.com", "/fapi/v1/time"),
    ]


async def test_the_first_request_does_not_wait_for_a_clock_that_failed() -> None:
    calls = 0

    async def fetch(base: str, path: str) -> int:
        nonlocal calls
        calls += 1
        raise fault("upstream_unreachable", "connect")

    clocks = Clocks(fetch, Hands(), ClockSettings())
    clock = clocks.of(ENVIRONMENTS["production"], PrefixFamily.API)
    for _ in range(5):
        await clocks.ensure_estimate(clock)
    assert calls == 1
    assert isinstance(fault("upstream_unreachable", "connect"), UpstreamError)


@pytest.mark.parametrize(
    ("pauses", "known"),
    [((9.0,), False), ((0.0, 0.5, 0.0), True)],
    ids=["out of reach", "slow but there"],
)
async def test_the_first_request_waits_for_an_exchange_that_answers(
    pauses: tuple[float, ...], known: bool
) -> None:
    """A connection has 5 s to be made; the wait for a clock that cannot be asked would come on top of them."""
    waits = iter(pauses)

    async def fetch(base: str, path: str) -> int:
        await asyncio.sleep(next(waits))
        return 1_700_000_000_000

    clocks = Clocks(fetch, Hands(), ClockSettings(samples=3))
    clock = clocks.of(ENVIRONMENTS["production"], PrefixFamily.API)
    began = asyncio.get_running_loop().time()
    await clocks.ensure_estimate(clock)
    assert clock.known is known
    assert asyncio.get_running_loop().time() - began < 1.5
    await clocks.stop()
