"""Does the used weight rise by what is documented? Told by answers that follow each other with nothing between.

Others behind the same IP raise the count as well, and the gateway's own questions are not in its journal. So one
rise says nothing: three or more that are all the same, and none as documented, do.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from proxy.core.catalogue.contradictions import TELL_US, Contradiction, Kind

LEAST_SEEN: Final = 3
_MINUTE_MS: Final = 60_000
_MARGIN_MS: Final = 5_000
"""As far from a minute's begin and end as clocks may differ and answers take."""
_MOST: Final = 4096


class Use(msgspec.Struct, frozen=True):
    """One answer of a limiter."""

    limiter: tuple[str, ...]
    """What counts together."""
    endpoint: str
    documented: int | None
    """What this very request weighs by the documentation; None where nobody says, or it cannot be judged."""
    used: int | None
    """What the answer says was used this minute."""
    began_ms: float
    ended_ms: float
    """Unix time, on the clock by which the minute is known."""
    time: str
    """RFC 3339."""
    request_id: str

    @property
    def minute(self) -> int | None:
        """The minute it lies in, none where it is near to another one."""
        minute = int(self.began_ms // _MINUTE_MS)
        begin = minute * _MINUTE_MS + _MARGIN_MS
        inside = begin <= self.began_ms and self.ended_ms <= begin + _MINUTE_MS - 2 * _MARGIN_MS
        return minute if inside else None


class Told(msgspec.Struct, frozen=True):
    """A documented weight that was not seen once."""

    endpoint: str
    contradiction: Contradiction
    count: int
    first: str
    last: str
    request_id: str


class _Rises(msgspec.Struct):
    seen: Counter[int]
    first: str
    last: str
    request_id: str


class RiseWatch:
    """Takes answers in the order in which they ended; those that did not are left out."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, ...], tuple[Use | None, Use]] = {}
        self._rises: dict[tuple[str, int], _Rises] = {}

    def add(self, use: Use) -> None:
        """Take an answer: it ends the wait of the one before, which can be judged then."""
        before, one = self._last.get(use.limiter, (None, None))
        if one is not None and before is not None and use.began_ms >= one.ended_ms:
            self._judge(before, one)
        if one is None and len(self._last) >= _MOST:
            return
        self._last[use.limiter] = one, use

    def told(self) -> Iterator[Told]:
        """What all rises say, if they say the same and something else than the documentation. Call at the end."""
        for before, one in self._last.values():
            if before is not None:
                self._judge(before, one)
        self._last.clear()
        for (endpoint, documented), rises in sorted(self._rises.items()):
            (rise, count), *others = rises.seen.most_common()
            if not others and rise != documented and count >= LEAST_SEEN:
                found = Contradiction(
                    Kind.OTHER_WEIGHT,
                    f"the table says weight {documented}, the used weight rose by {rise} each of {count} times",
                    f"the brake does not count this endpoint rightly; {TELL_US}",
                    str(documented),
                )
                yield Told(endpoint, found, count, rises.first, rises.last, rises.request_id)

    def _judge(self, before: Use, one: Use) -> None:
        """Note how much `one` added to what `before` told, if nothing was under way beside the two."""
        if before.used is None or one.used is None or one.documented is None:
            return
        if one.began_ms < before.ended_ms or one.minute is None or one.minute != before.minute:
            return
        key = one.endpoint, one.documented
        rises = self._rises.get(key)
        if rises is None:
            if len(self._rises) >= _MOST:
                return
            rises = self._rises[key] = _Rises(Counter(), one.time, one.time, one.request_id)
        rises.seen[one.used - before.used] += 1
        rises.last, rises.request_id = one.time, one.request_id
