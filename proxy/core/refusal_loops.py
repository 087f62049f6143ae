"""Refusals that repeat: which are alike, how often they come, and what follows from it. Pure: time is an argument.

A client that is refused in a loop asks thousands of times a second, and each time the same. The first few of a kind
are recorded in full, and again a few after a pause; the others are counted in one row. Its answers come later and
later: refused ones alone, so that who shares an address, a key or a connection with it waits for nothing.
"""

from typing import Final, NamedTuple

from msgspec import Struct, field

MOST_KINDS: Final = 64
"""Of one group, that are told apart, where paths can be made up."""
SURE_SECONDS: Final = 600.0
"""How often one refusal of a listed operation is recorded in full, whatever else its group is refused."""
_SWEEP_SECONDS: Final = 1.0


class Kind(NamedTuple):
    """What refusals that repeat each other have in common. Without method and path: all of a client and token."""

    client: str
    """A client by its name; "" for all that have none, since from one machine all have the same address."""
    token: str
    method: str = ""
    path: str = ""
    listed: bool = False
    """Whether the path is one of the catalogue's. There are as many as it has lines, so each can be told apart, and
    who makes up paths takes nothing from those who do not."""

    @property
    def group(self) -> "Kind":
        return Kind(self.client, self.token, listed=self.listed)


class Rate(Struct, frozen=True):
    """So many at once, and so many a second ever after."""

    most: float
    a_second: float


FULL: Final = Rate(10, 0.1)
"""Of one kind, recorded in full."""
FULL_OF_GROUP: Final = Rate(100, 0.2)
"""Of one client and token, whatever the paths: who makes up a path for each request repeats itself, too."""
QUICK: Final = Rate(50, 2)
"""Of one kind, answered at once."""
QUICK_OF_GROUP: Final = Rate(500, 20)
_DEEPEST: Final = 50
"""So many beyond these are answered later and later; then the longest delay is reached."""


class Repeat(Struct, frozen=True):
    """What follows for one refusal."""

    counted_as: Kind | None
    """Count it in the row of this kind; None: record it in full."""
    delay_seconds: float


class _Bucket(Struct):
    """Tokens that come back with time; below zero there is a debt, at most as large as a delay can be."""

    rate: Rate
    level: float
    at: float

    @classmethod
    def full(cls, rate: Rate, now: float) -> "_Bucket":
        return cls(rate, rate.most, now)

    def fill(self, now: float) -> float:
        """The level of now."""
        self.level = min(self.rate.most, self.level + (now - self.at) * self.rate.a_second)
        self.at = now
        return self.level

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        if self.fill(now) < 1:
            return False
        self.level -= 1
        return True

    def owe(self, now: float) -> float:
        """Take one, also where there is none. The part of the longest delay that this costs, 0 to 1."""
        self.level = max(self.fill(now) - 1, -_DEEPEST)
        return max(-self.level, 0) / _DEEPEST


class _Pace(Struct):
    """How fast one kind comes, or a group of them."""

    full: _Bucket
    quick: _Bucket
    sure_from: float = 0.0
    """Before that none is recorded for its kind's sake alone."""

    @classmethod
    def rested(cls, full: Rate, quick: Rate, now: float) -> "_Pace":
        return cls(_Bucket.full(full, now), _Bucket.full(quick, now))

    def rests(self, now: float) -> bool:
        """Whether it has been silent for so long that nothing need be remembered."""
        return self.full.fill(now) == self.full.rate.most and self.quick.fill(now) == self.quick.rate.most

    def take_sure(self, now: float) -> bool:
        """Whether one of this kind is due to be recorded, though its group had too many."""
        if now < self.sure_from:
            return False
        self.sure_from = now + SURE_SECONDS
        return True


class _Group(Struct):
    """All kinds of one client and token, listed or not: bounded, so that made-up paths cost others nothing."""

    pace: _Pace
    kinds: dict[Kind, _Pace] = field(default_factory=dict)
    next_sweep: float = 0.0

    def pace_of(self, kind: Kind, now: float) -> _Pace | None:
        """That of this kind; None where too many others are remembered."""
        pace = self.kinds.get(kind)
        if pace is None:
            if not kind.listed and len(self.kinds) >= MOST_KINDS and not self._sweep(now):
                return None
            pace = self.kinds[kind] = _Pace.rested(FULL, QUICK, now)
        return pace

    def _sweep(self, now: float) -> bool:
        """Forget the kinds that rest, now and then; whether there is room for one more."""
        if now >= self.next_sweep:
            self.next_sweep = now + _SWEEP_SECONDS
            self.kinds = {kind: pace for kind, pace in self.kinds.items() if not pace.rests(now)}
        return len(self.kinds) < MOST_KINDS


class Repeats:
    """All kinds of late. Groups are as many as clients times tokens."""

    def __init__(self, longest_seconds: float) -> None:
        """`longest_seconds`: the longest delay; 0: none."""
        self._longest = longest_seconds
        self._groups: dict[Kind, _Group] = {}

    def note(self, kind: Kind, now: float) -> Repeat:
        """One more of this kind. `now`: seconds on a monotonic clock.

        What is too much of its own kind is not held against the others of its group.
        """
        group = self._groups.get(kind.group)
        if group is None:
            group = self._groups[kind.group] = _Group(_Pace.rested(FULL_OF_GROUP, QUICK_OF_GROUP, now))
        own = group.pace_of(kind, now)
        late = own.quick.owe(now) if own is not None else 0.0
        delay = self._longest * (late or group.pace.quick.owe(now))
        if own is not None and not own.full.take(now):
            return Repeat(kind, delay)
        sure = own is not None and kind.listed and own.take_sure(now)
        return Repeat(None if group.pace.full.take(now) or sure else kind.group, delay)
