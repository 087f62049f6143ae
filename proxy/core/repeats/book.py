"""The orders of the last minute, and which of them a new one may be the repeat of. Time is an argument.

An order is *lost* if its client cannot know what came of it: it hung up before the answer, did not take it, or was
answered that the outcome is unknown. Only a lost order can be repeated; one whose answer was taken, or whose client
is still there, has no repeats: an equal one beside it is meant.

Each lost order stands for one that its client wanted. One that did nothing lets one repeat through and is forgotten.
One that was executed lets none through, for the whole minute, however often it is repeated. Where several equal
orders were lost, repeats are matched with those that had the fewest yet, the oldest first: so that of three slices,
one of which failed, one repeat of three is sent.
"""

from collections import OrderedDict
from enum import StrEnum
from typing import Final, Protocol

from proxy.core.repeats.sameness import OrderKey

WINDOW_SECONDS: Final = 60.0
"""From the moment at which an order came in to the moment at which its repeat does."""


class Fate(StrEnum):
    """What is known of an order."""

    UNDER_WAY = "under_way"
    OPEN = "open"
    """It ended without an answer, and is being looked up."""
    EXECUTED = "executed"
    NOTHING = "nothing"
    """It certainly had no effect."""
    UNDETERMINED = "undetermined"
    """It may have had one, and nobody will find out."""


class Placed(Protocol):
    """An order as the book sees it."""

    key: OrderKey
    since: float
    """When it came in, in seconds."""
    repeats: int
    """How many were refused because of it."""

    @property
    def fate(self) -> Fate: ...

    @property
    def lost(self) -> bool:
        """Whether its client cannot know its fate."""
        ...


class Book[Order: Placed]:
    """Orders by what makes them the same. Full, it forgets the oldest."""

    def __init__(self, most: int, seconds: float = WINDOW_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._orders: OrderedDict[int, Order] = (
            OrderedDict()
        )  # by identity, in the order in which they were added
        self._equal: dict[OrderKey, list[Order]] = {}
        self.forgotten = 0
        """How many had to go before their minute was over."""

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: Order, now: float) -> None:
        """An order that is about to leave."""
        while self._orders:
            oldest = next(iter(self._orders.values()))
            in_time = now - oldest.since < self._seconds
            if in_time and len(self._orders) < self._most:
                break
            self.forgotten += in_time
            self.remove(oldest)
        self._orders[id(order)] = order
        self._equal.setdefault(order.key, []).append(order)

    def remove(self, order: Order) -> None:
        """It stands for nothing any more. Nothing happens if it is not there."""
        if self._orders.pop(id(order), None) is None:
            return
        equal = [one for one in self._equal[order.key] if one is not order]
        if equal:
            self._equal[order.key] = equal
        else:
            del self._equal[order.key]

    def __contains__(self, key: OrderKey) -> bool:
        """Whether an equal order is remembered, whatever became of it."""
        return key in self._equal

    def repeated_by(self, key: OrderKey, since: float) -> Order | None:
        """The lost order that one which came in at `since` is to be taken for a repeat of; None if it is none."""
        equal = self._equal.get(key)
        if equal is None:
            return None
        lost = [one for one in equal if since - one.since < self._seconds and one.lost]
        return min(lost, key=lambda one: one.repeats, default=None)
