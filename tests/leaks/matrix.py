"""Cells of the matrix: which there are, which are skipped and why, and what came of each."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.leaks.canaries import CLASSES, ENCODINGS, SECRETS
from tests.leaks.positions import POSITIONS, STREAMS


class Cell(NamedTuple):
    """One class in one position in one encoding."""

    kind: str
    position: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Planted:
    """A cell with the value that was drawn for it."""

    cell: Cell
    value: str

    @property
    def encoded(self) -> str:
        return ENCODINGS[self.cell.encoding](self.value)


@dataclass(slots=True)
class Outcome:
    """What was seen of the planted values."""

    cells: int = 0
    seen: list[Planted] = field(default_factory=list)
    texts: dict[Cell, str] = field(default_factory=dict)
    """The text in which a value was found."""

    def note(self, planted: Planted, text: bytes, *, hit: bool) -> None:
        self.cells += 1
        if hit:
            self.seen.append(planted)
            self.texts[planted.cell] = text.decode("utf-8", "replace")

    def add(self, other: "Outcome") -> None:
        self.cells += other.cells
        self.seen += other.seen
        self.texts |= other.texts

    def by(self, part: str) -> Counter[str]:
        return Counter(getattr(one.cell, part) for one in self.seen)


_NUMBERS = frozenset({"one-time code", "user number", "card", "order number"})
_NUMERIC = frozenset(
    {
        "query value of a doubled name",
        "form value of a clear name",
        "answer value of a clear name",
        "error text, filled template",
        "error code",
        "answer headers",
    }
)


def skipped(cell: Cell) -> str:
    """Why a cell is not run; empty if it is. This is the whole list."""
    if cell.position in STREAMS:
        return "there are no streams yet"
    if cell.kind in _NUMBERS and cell.position in _NUMERIC:
        return "nothing but digits where the keep list admits a number"
    return ""


def all_cells() -> list[Cell]:
    return [Cell(k, p, e) for k in CLASSES for p in POSITIONS for e in ENCODINGS]


def loaded(draw: random.Random) -> dict[str, str]:
    """One value of each class of secrets, for the process to load."""
    return {kind: CLASSES[kind](draw) for kind in SECRETS}


def plant(cells: list[Cell], draw: random.Random, secrets: dict[str, str]) -> list[Planted]:
    """A value for each cell; of secrets half are the loaded ones."""
    return [
        Planted(
            cell,
            secrets[cell.kind] if cell.kind in secrets and draw.random() < 0.5 else CLASSES[cell.kind](draw),
        )
        for cell in cells
    ]
