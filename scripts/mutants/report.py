"""What is printed: a table by room, then each fault that lives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.mutants.faults import Mark
from scripts.mutants.judge import Result

WANTED = 95.0
"""Percent of the faults that a test must notice, known ones not counted."""


@dataclass(frozen=True, slots=True)
class Count:
    """Faults of a room, of one origin or of both."""

    killed: int
    hung: int
    known: int
    survived: int

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Count":
        killed = hung = known = survived = 0
        for result in results:
            if result.killed:
                killed += 1
                hung += result.verdict.hung
            elif result.fault.known:
                known += 1
            else:
                survived += 1
        return cls(killed, hung, known, survived)

    @property
    def all(self) -> int:
        return self.killed + self.known + self.survived

    @property
    def percent(self) -> float:
        counted = self.killed + self.survived
        return 100.0 * self.killed / counted if counted else 100.0


def table(results: list[Result]) -> Iterator[str]:
    """A line a room: drawn and by hand, killed (of these: hung), known, survived, percent killed of the unknown."""
    rooms = list(dict.fromkeys(result.fault.room for result in results))
    head = ("room", "drawn", "killed", "by hand", "killed", "hung", "known", "survived", "killed %")
    yield "  ".join(f"{word:>8}" for word in head)
    for room in [*rooms, ""]:
        own = [result for result in results if not room or result.fault.room == room]
        drawn = Count.of(result for result in own if not result.fault.name)
        by_hand = Count.of(result for result in own if result.fault.name)
        both = Count.of(own)
        row = (
            room or "all", drawn.all, drawn.killed, by_hand.all, by_hand.killed, both.hung, both.known, both.survived,
            f"{both.percent:.1f}",
        )  # fmt: skip
        yield "  ".join(f"{cell:>8}" for cell in row)


def survivors(results: list[Result]) -> Iterator[str]:
    """Each fault that lives without a reason."""
    for result in results:
        if not result.killed and not result.fault.known:
            yield from _told(result)


def known(results: list[Result]) -> Iterator[str]:
    """Each fault that lives, and why it may."""
    for result in results:
        if not result.killed and result.fault.known:
            yield from _told(result)
            yield f"    {result.fault.known}"


def hung(results: list[Result]) -> Iterator[str]:
    """Each fault that was noticed because the tests did not end."""
    for result in results:
        if result.killed and result.verdict.hung:
            yield from _told(result)


def stale(results: list[Result], gone: list[Mark]) -> Iterator[str]:
    """Reasons that no longer hold."""
    for mark in gone:
        yield f"gone: {mark.module} {mark.function}: {mark.old}"
    for result in results:
        if result.killed and result.fault.known:
            yield f"killed: {result.fault.mark.module} {result.fault.mark.function}: {result.fault.mark.new}"


def short_rooms(results: list[Result], wanted: float = WANTED) -> list[str]:
    """Rooms that notice too little."""
    rooms = dict.fromkeys(result.fault.room for result in results)
    return [
        room
        for room in rooms
        if Count.of(result for result in results if result.fault.room == room).percent < wanted
    ]


def _told(result: Result) -> Iterator[str]:
    fault = result.fault
    yield f"{fault.path}:{fault.line} [{fault.room}] {fault.name or fault.mark.function} ({fault.operator})"
    if fault.harm:
        yield f"    harm: {fault.harm}"
    yield f"    - {fault.mark.old}"
    yield f"    + {fault.mark.new}"


def as_toml(results: list[Result]) -> str:
    """The survivors as entries of known.toml, their reasons still to be written."""
    entries = []
    for result in results:
        if not result.killed and not result.fault.known and not result.fault.name:
            mark = result.fault.mark
            entries.append(
                f'[[fault]]\nmodule = "{mark.module}"\nfunction = "{mark.function}"\n'
                f"old = '''\n{mark.old}\n'''\nnew = '''\n{mark.new}\n'''\nwhy = \"\"\n"
            )
    return "\n".join(entries)
