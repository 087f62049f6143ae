"""One limiter of the exchange as seen from here: what it says was used this minute, and what is on its way.

Minutes are the exchange's own (a minute begins at second 0), reckoned once a minute and kept on the steady clock.
The exchange's count is the truth: it includes what other tools spend behind the same IP.
"""

from typing import Final

from proxy.core.catalogue.rate_limits import Pool
from proxy.runtime.exchange_clock import ExchangeClock

_MINUTE_MS: Final = 60_000


class Meter:
    """Weights are whole numbers; `ends` is the end of the minute, in seconds on the steady clock."""

    __slots__ = (
        "_clock",
        "account",
        "base",
        "brake",
        "counted_by",
        "endpoint",
        "ends",
        "family",
        "in_flight",
        "known",
        "limit",
        "pool",
        "source",
        "used",
    )

    def __init__(
        self,
        pool: Pool,
        clock: ExchangeClock,
        *,
        counted_by: str = "IP",
        endpoint: str = "",
        account: str = "",
    ) -> None:
        """`pool`: what it counts. `endpoint` where each has a limiter of its own; `account` where accounts are
        counted, not the IP."""
        self.pool = pool
        self.base = pool.base
        self.family = pool.family
        self.counted_by = counted_by
        self.endpoint = endpoint
        self.account = account
        self.limit: int | None = None
        self.source = ""
        self.brake = float("inf")
        self.ends = 0.0
        self.used = 0
        self.in_flight = 0
        self.known = False  # whether the exchange ever said what was used
        self._clock = clock

    def set_limit(self, limit: int | None, source: str, brake: float | None) -> None:
        """Set the limit, where it comes from, and the share of it that reads may use (None: all)."""
        self.limit, self.source = limit, source
        self.brake = float("inf") if limit is None or brake is None else limit * brake

    def begin_minute(self, now: float) -> None:
        """Set the end of a minute that has begun, and count from 0."""
        exchange_ms = self._clock.reading().exchange_ms
        self.ends = now + (_MINUTE_MS - exchange_ms % _MINUTE_MS) / 1000
        self.used = 0

    def interval_ends(self, now: float, interval_ms: int) -> float:
        """When an interval that is aligned to the exchange's clock is over, on the steady clock."""
        return now + (interval_ms - self._clock.reading().exchange_ms % interval_ms) / 1000

    def learn(self, used: int) -> None:
        """What an answer of this minute says. Answers overtake each other, so the largest counts; a drop below
        half means that the exchange has begun a new minute before we did."""
        self.known = True
        if used > self.used or used < self.used // 2:
            self.used = used
