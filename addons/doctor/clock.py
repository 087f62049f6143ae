"""The exchange's time, learned from the answers that pass.

A `Date` header has whole seconds, so one answer leaves about a second of doubt. Each further answer narrows it:
the true offset lies in every interval seen. `serverTime` of the `/time` endpoints is exact. While the doubt is
wide nothing is said: rules take a time that they are given for exact, and must not accuse a right clock.
"""

from dataclasses import dataclass
from typing import Final

_MOST_HOSTS: Final = 64
_WIDEST_MS: Final = 4000  # an interval of a slow answer tells too little
_DOUBT_MS: Final = 300  # width of an interval whose middle may pass for exact


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer in Unix milliseconds: request read, answer begun (our clock), and what the exchange said."""

    asked_ms: float
    answered_ms: float
    exchange_ms: int
    doubt_ms: int  # 999 for whole seconds, 0 for exact milliseconds


class ExchangeClocks:
    """Offsets between the clock of this machine and those of the exchange's hosts."""

    def __init__(self) -> None:
        self._bounds: dict[str, tuple[float, float]] = {}

    def learn(self, host: str, seen: Seen) -> None:
        """Narrow the host's interval. One that contradicts it means that a clock was set: start anew."""
        low = seen.exchange_ms - seen.answered_ms
        high = seen.exchange_ms + seen.doubt_ms - seen.asked_ms
        if not 0 <= high - low <= _WIDEST_MS:
            return
        old = self._bounds.get(host)
        if old is not None and max(old[0], low) <= min(old[1], high):
            low, high = max(old[0], low), min(old[1], high)
        elif old is None and len(self._bounds) >= _MOST_HOSTS:
            self._bounds.clear()
        self._bounds[host] = (low, high)

    def at(self, host: str, local_ms: float) -> int | None:
        """Exchange time at an instant of our clock; None as long as it is not known well."""
        bounds = self._bounds.get(host)
        if bounds is None or bounds[1] - bounds[0] > _DOUBT_MS:
            return None
        return round(local_ms + (bounds[0] + bounds[1]) / 2)
