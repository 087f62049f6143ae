"""Stretches of a chain whose lines follow each other, and which of them stand where they belong."""

from collections.abc import Sequence
from typing import Final

import msgspec

from proxy.journal.chain import Link, hash_of
from proxy.journal.chain_records import ChainRecord

MOST_RUNS: Final = 2000
"""Damage beyond that is told as such; each pair of them is looked at."""


class Place(msgspec.Struct, frozen=True):
    """A line of a file, counted from 1."""

    file: str
    line: int


class Run(msgspec.Struct):
    """Lines that follow each other, by their numbers in the chain, and where the first and the last stand."""

    first: int
    last: int
    begins: Place
    ends: Place
    link: Link
    """Of the first line."""
    head: bytes
    """The hash that the last line states."""
    other_head: bytes = b""
    """The hash that it should state, where the two differ."""
    origin: ChainRecord | None = None
    """The first line itself, where it is that of a file and really bound to the hash that it names."""

    def takes(self, link: Link) -> bool:
        """Whether this line was written behind the last one."""
        return follows(link, self.head) or bool(self.other_head and follows(link, self.other_head))

    def extend(self, link: Link, place: Place) -> None:
        if link.seq != self.last + 1:  # a line alone whose number was changed: the one behind it knows better
            self.first = link.seq - 1
        self.last, self.ends, self.head, self.other_head = link.seq, place, link.hash, b""


def follows(link: Link, head: bytes) -> bool:
    """Whether the line is bound to this hash."""
    return hash_of(head + link.hashed) == link.hash


def in_place(runs: Sequence[Run]) -> list[Run]:
    """Those that stand in the right order, so that the fewest lines are out of place."""
    best: list[tuple[int, int]] = []  # for each run: most lines up to it, and the run before it (-1: none)
    for at, run in enumerate(runs):
        lines, before = 0, -1
        for other in range(at):
            if runs[other].last < run.first and best[other][0] > lines:
                lines, before = best[other][0], other
        best.append((lines + run.last - run.first + 1, before))
    at = max(range(len(runs)), key=lambda one: best[one][0], default=-1)
    found: list[Run] = []
    while at >= 0:
        found.append(runs[at])
        at = best[at][1]
    return found[::-1]


def not_covered(first: int, last: int, others: Sequence[Run]) -> list[tuple[int, int]]:
    """The stretches of first..last that are in none of the others."""
    left: list[tuple[int, int]] = []
    at = first
    for run in sorted(others, key=lambda one: one.first):
        if run.last < at or run.first > last:
            continue
        if run.first > at:
            left.append((at, run.first - 1))
        at = max(at, run.last + 1)
    return [*left, (at, last)] if at <= last else left
