"""What a sweep came to, as it is stored: results, no key, value or address."""

from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from proxy.core.probes import KeyFacts, Probe

SCHEMA: Final = 1

type UnixMs = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
"""Up to the year 9999: what a file says is judged before anybody reckons with it."""
type Seconds = Annotated[float, msgspec.Meta(ge=0.001, le=366 * 86_400)]


class Section(msgspec.Struct, frozen=True):
    """A group of the set, by the names of its endpoints."""

    name: str
    controls: tuple[str, ...]
    calls: tuple[str, ...]


class Skipped(msgspec.Struct, frozen=True):
    """A call that was not sent, and why."""

    endpoint: str
    why: str


class Timetable(msgspec.Struct, frozen=True):
    """When the sweeps of a series are due: at `began_ms` and every `every_s` after, for `for_s` seconds."""

    began_ms: UnixMs
    every_s: Seconds
    for_s: Annotated[float, msgspec.Meta(ge=0, le=366 * 86_400)]

    @property
    def _every_ms(self) -> int:
        return max(1, round(self.every_s * 1000))

    @property
    def sweeps(self) -> int:
        """How many there are in all."""
        return round(self.for_s * 1000) // self._every_ms + 1

    @property
    def ends_ms(self) -> int:
        return self.began_ms + round(self.for_s * 1000)

    def due(self, number: int) -> int:
        """The instant of a sweep, counted from 0; Unix ms."""
        return self.began_ms + number * self._every_ms

    def next_after(self, now_ms: int) -> int | None:
        """The number of the first sweep that is due later than now; None where there is none."""
        number = max(0, (now_ms - self.began_ms) // self._every_ms + 1)
        return number if number < self.sweeps else None


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sweep of one account. `key`: a tag of its API key under the journal's own key, as in flows.

    `weight`: what it was reckoned to weigh.
    """

    schema: int
    began_ms: UnixMs
    took_ms: int
    set: str
    account: str
    key: str
    environment: str
    probes: tuple[Probe, ...]
    weight: int
    sections: tuple[Section, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    facts: KeyFacts = KeyFacts()
    series: Timetable | None = None


def same_key(runs: Iterable[Run], run: Run) -> list[Run]:
    """Those of the same account and key in the same environment: what a verdict may stand on together."""
    whose = (run.account, run.key, run.environment)
    return [one for one in runs if (one.account, one.key, one.environment) == whose]
