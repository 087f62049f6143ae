"""The exchange's time, estimated on the machine's clocks.

It is estimated from the `/time` endpoint: several round trips, the smallest counts. It then
runs on a clock that neither wall-clock steps nor suspend can fool (CLOCK_BOOTTIME where there is one). A step
or a suspend shows as a jump between two clocks and asks for a new estimate.

The stamp errs on the late side: the server read its clock before it answered, so its time at arrival is at
least what it said. At most half a round trip, and never more than `_AHEAD_MS`, is added: a stamp 1000 ms ahead
is refused whatever recvWindow says, one that is 100 ms late never is (rest-api.md, "Timing security").
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import msgspec
import structlog

from proxy.core.catalogue import Environment, PrefixFamily, TimeSource, time_source
from proxy.core.errors import UpstreamError
from proxy.core.flow import ClockReading
from proxy.core.readings import Reading, gauges
from proxy.core.settings import ClockSettings
from proxy.runtime.clock import LocalClock

__all__ = ["AskTime", "Clocks", "Estimate", "ExchangeClock", "LocalClock"]

_AHEAD_MS: Final = 3.0
_JUMP_SECONDS: Final = 0.5
_CHECK_SECONDS: Final = 0.05
"""How often requests check whether an estimate is due. After a suspend the first one does: this clock went on."""
_FIRST_WAIT_SECONDS: Final = 2.0
_FIRST_SIGN_SECONDS: Final = 0.3
"""Without a single answer by then the exchange may be out of reach; the request has 5 s of its own to find out."""
_RETRY_SECONDS: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
_LOG: Final = structlog.get_logger("clock")

type AskTime = Callable[[], Awaitable[int]]
"""One round trip to the exchange's time endpoint: its answer, Unix ms. Raises UpstreamError."""


class Estimate(msgspec.Struct, frozen=True):
    """Exchange time at one instant of the steady clock."""

    exchange_ms: float
    steady: float
    round_trip_ms: float


class ExchangeClock:
    """The time of one family of hosts."""

    def __init__(self, ask: AskTime, local: LocalClock, settings: ClockSettings, name: str) -> None:
        self._ask = ask
        self._local = local
        self._settings = settings
        self.name = name
        self._estimate: Estimate | None = None
        self._last_marks = self._marks()
        self._asking: asyncio.Task[bool] | None = None
        self._failures = 0
        self._why = ""  # the last question was not answered
        self.answered_once = False  # the exchange has answered at least once
        self._next_refresh = 0.0  # on the steady clock
        self._next_check = 0.0

    @property
    def known(self) -> bool:
        return self._estimate is not None

    @property
    def age_seconds(self) -> float | None:
        """How old the estimate is; None while there is none."""
        return None if self._estimate is None else self._local.steady() - self._estimate.steady

    @property
    def untried(self) -> bool:
        """No estimate yet and none has failed: the first signed request is worth a short wait."""
        return self._estimate is None and self._failures == 0

    def reading(self) -> ClockReading:
        """The time to stamp a request with. Local, and says so, while nothing better is known."""
        now_ms = self._local.unix_ms()
        estimate = self._estimate
        if estimate is None:
            return ClockReading(now_ms, 0.0, None, "local")
        exchange = estimate.exchange_ms + (self._local.steady() - estimate.steady) * 1000
        return ClockReading(int(exchange), exchange - now_ms, estimate.round_trip_ms, "exchange")

    def due(self) -> bool:
        """Whether a new estimate is wanted: none yet, too old, or a clock jumped."""
        if self._estimate is not None and self._local.steady() < self._next_check:
            return False
        steady, stepped, slept = self._marks()
        self._next_check = steady + _CHECK_SECONDS
        _, stepped_before, slept_before = self._last_marks
        self._last_marks = steady, stepped, slept
        if abs(stepped - stepped_before) > _JUMP_SECONDS or abs(slept - slept_before) > _JUMP_SECONDS:
            _LOG.info("clock_jumped", family=self.name, note="the local clock stepped or the machine slept")
            self._next_refresh = 0.0
        return steady >= self._next_refresh

    def refresh(self) -> "asyncio.Task[bool]":
        """Start a new estimate, or join the one under way. The task says whether it succeeded."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._measure())
        return self._asking

    async def stop(self) -> None:
        """End the estimate under way, if there is one."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _measure(self) -> bool:
        best: Estimate | None = None
        for _ in range(self._settings.samples):
            started = self._local.steady()
            try:
                answered = await self._ask()
            except UpstreamError as error:
                _LOG.debug("time_unavailable", family=self.name, error=error.refusal.token)
                self._why = f"{error.stage}: {error.reason or error.refusal.token}"
                break
            self.answered_once = True
            ended = self._local.steady()
            trip = (ended - started) * 1000
            if best is None or trip < best.round_trip_ms:
                best = Estimate(answered + min(trip / 2, _AHEAD_MS), ended, trip)
        return self._adopt(best)

    def _adopt(self, best: Estimate | None) -> bool:
        steady = self._local.steady()
        if best is None:
            wait = _RETRY_SECONDS[min(self._failures, len(_RETRY_SECONDS) - 1)]
            if self._failures == 0:
                kept = "the last estimate" if self._estimate else "the local clock"
                facts = {"using": kept, "why": self._why, "retry_seconds": wait}
                _LOG.warning("exchange_time_unknown", family=self.name, **facts)
            self._failures += 1
            self._next_refresh = steady + wait
            return False
        first = self._estimate is None
        self._estimate, self._failures = best, 0
        self._next_refresh = steady + self._settings.refresh_seconds
        if first:
            offset = round(self.reading().offset_ms)
            _LOG.info(
                "exchange_time",
                family=self.name,
                offset_ms=offset,
                round_trip_ms=round(best.round_trip_ms, 1),
            )
        return True

    def _marks(self) -> tuple[float, float, float]:
        """The steady clock, and two differences that stay constant unless a clock jumps: step, and suspend."""
        steady = self._local.steady()
        return steady, self._local.unix_ms() / 1000 - steady, steady - self._local.monotonic()


type Fetch = Callable[[str, str], Awaitable[int]]
"""Base URL and path of a time endpoint -> its `serverTime`, Unix ms."""


class Clocks:
    """One exchange clock for each time endpoint in use."""

    def __init__(self, fetch: Fetch, local: LocalClock, settings: ClockSettings) -> None:
        self._fetch = fetch
        self._local = local
        self._settings = settings
        self._clocks: dict[tuple[str, str], ExchangeClock] = {}
        self._by_family: dict[tuple[str, PrefixFamily], ExchangeClock] = {}  # by environment and family

    def of(self, environment: Environment, family: PrefixFamily) -> ExchangeClock:
        """The clock that requests of `family` are judged by; for /sapi and /papi it is that of spot."""
        clock = self._by_family.get((environment.name, family))
        if clock is None:
            source = time_source(environment, family)
            if source is None:
                raise LookupError(f"{environment.name} has no time source for {family}")
            known = self._clocks.get((source.base, source.path))
            clock = self._by_family[environment.name, family] = known or self._add(source)
        return clock

    async def ensure_estimate(self, clock: ExchangeClock) -> None:
        """Start a new estimate if one is due. Only the very first one is waited for, and not for long."""
        if not clock.due():
            return
        task = clock.refresh()
        if clock.untried:
            await asyncio.wait({task}, timeout=_FIRST_SIGN_SECONDS)
            if clock.answered_once:
                await asyncio.wait({task}, timeout=_FIRST_WAIT_SECONDS - _FIRST_SIGN_SECONDS)

    async def keep_fresh(self) -> None:
        """Refresh the estimates of all clocks in use, for ever."""
        while True:
            for clock in list(self._clocks.values()):
                if clock.due():
                    clock.refresh()
            await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """End every estimate under way, so that nobody asks the exchange for the time any more."""
        for clock in self._clocks.values():
            await clock.stop()

    def readings(self) -> Iterator[Reading]:
        known = (((clock.name,), clock.reading().offset_ms) for clock in self._clocks.values() if clock.known)
        yield gauges("clock_offset_milliseconds", "Exchange time minus local time", ("family",), known)

    def all(self) -> list[ExchangeClock]:
        return list(self._clocks.values())

    def _add(self, source: TimeSource) -> ExchangeClock:
        async def ask() -> int:
            return await self._fetch(source.base, source.path)

        clock = ExchangeClock(ask, self._local, self._settings, source.family.value)
        self._clocks[source.base, source.path] = clock
        return clock
