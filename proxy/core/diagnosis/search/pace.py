"""How far a search is: what it has tried, when others must be let in, and where its bound is."""

from dataclasses import dataclass
from typing import Final

SLICE: Final = 128
"""Signatures between two yields: about half a millisecond."""

CANDIDATE_COST: Final = 8
"""How many signatures one candidate weighs in a slice, tried or not: some rules rewrite each octet of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one search, counted in signatures. A bound that was met is told in `Diagnosis.stopped_early`."""

    tried: int = 500_000


class Pace:
    """The count of one search. `weight` is 1 for a request of usual size, and more for a heavier one; `slice` is how
    many signatures are tried between two yields."""

    __slots__ = ("due", "most", "slice", "tried")

    def __init__(self, weight: int, limits: Limits) -> None:
        self.tried = 0
        self.most = limits.tried // weight
        self.slice = max(1, SLICE // weight)
        self.due = self.slice

    @property
    def slice_is_over(self) -> bool:
        return self.tried >= self.due

    @property
    def ended(self) -> bool:
        """Whether the bound is met."""
        return self.tried >= self.most

    def weigh_candidate(self) -> None:
        self.due -= CANDIDATE_COST

    def begin_slice(self) -> None:
        self.due = self.tried + self.slice
