"""Runs cells, with redaction and without, and says what came of it."""

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.leaks import matrix, processes, wire
from tests.leaks.matrix import Cell, Outcome, Planted
from tests.leaks.positions import PROCESS

LEAST_FOUND = 0.999
"""Of the planted values the search must find this share when redaction is off; else it proves nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to. `skipped`: how many cells by reason."""

    seed: str
    skipped: Counter[str]
    redacted: Outcome
    bare: Outcome

    @property
    def found(self) -> float:
        """Share of the planted values that the search found without redaction."""
        return len(self.bare.seen) / self.bare.cells

    @property
    def good(self) -> bool:
        return not self.redacted.seen and self.found >= LEAST_FOUND and self.redacted.cells > 0

    def __str__(self) -> str:
        lines = [f"seed {self.seed} (DRAW_SEED repeats it)", f"cells run: {self.redacted.cells}"]
        lines += [f"skipped by the list: {count} ({why})" for why, count in self.skipped.items()]
        lines += [
            f"leaks: {len(self.redacted.seen)}",
            f"found with redaction off: {self.found:.2%} of {self.bare.cells}",
        ]
        lines += [f"  leak: {one.cell} planted as {one.encoded!r}" for one in self.redacted.seen[:20]]
        return "\n".join(lines)


async def run(cells: list[Cell], seed: str, folder: Path) -> Report:
    """Both runs over the cells that are not skipped, with the same values."""
    draw = random.Random(seed)
    secrets = matrix.loaded(draw)
    skipped = Counter(why for cell in cells if (why := matrix.skipped(cell)))
    planted = matrix.plant([cell for cell in cells if not matrix.skipped(cell)], draw, secrets)
    return Report(
        seed,
        skipped,
        await _both(planted, secrets, _made(folder / "on"), redacted=True),
        await _both(planted, secrets, _made(folder / "off"), redacted=False),
    )


async def _both(planted: list[Planted], secrets: dict[str, str], folder: Path, *, redacted: bool) -> Outcome:
    """Requests and answers, then process output."""
    within = [one for one in planted if one.cell.position in PROCESS]
    outside = [one for one in planted if one.cell.position not in PROCESS]
    outcome = await wire.run(outside, secrets, folder, redacted=redacted)
    outcome.add(await processes.run(within, folder, redacted=redacted))
    return outcome


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
