"""What both halves of `make fuzz` have in common: the memory of a gateway over a run, and what may be said at its end."""

import contextlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from harness.usage import memory_kib

FLAT_KIB: Final = 24 * 1024
"""How much memory may grow once it is warm."""
_WARM_PART: Final = 0.2
"""The part of a run that fills what is filled once: pools, tables, the newest flows."""


class End(IntEnum):
    """How a run ended; its value is the exit code."""

    HELD = 0
    BROKEN = 1
    CUT_SHORT = 3


def verdict(done: int, wanted: int, seconds: float, faults: list[str]) -> tuple[str, End]:
    """The last line of a run of `wanted` inputs that had `seconds`. It claims no more than was done."""
    if faults:
        return f"did NOT hold: {len(faults)} faults after {done:,} of {wanted:,}", End.BROKEN
    if done < wanted:
        return (
            f"CUT SHORT: {done:,} of {wanted:,} done in the {seconds:,.0f} s allowed, no fault in these; "
            "for all of them allow more (--seconds, or SECONDS= with make)",
            End.CUT_SHORT,
        )
    return f"held: {done:,} of {wanted:,} done", End.HELD


@dataclass
class MemoryTrack:
    """Resident memory of one process at points of a run of `wanted` inputs: (inputs done, KiB).

    `warm`: after so many inputs it was seen to grow no more (measured over 290,000 requests and 40,000 answers); growth is judged from
    there on, or from a fifth of the run where that is later.
    """

    wanted: int
    warm: int
    samples: list[tuple[int, int]] = field(default_factory=list)

    def note(self, done: int, pid: int) -> None:
        """Take a sample; none of a process that has ended, or where the system does not tell."""
        with contextlib.suppress(OSError):
            self.samples.append((done, memory_kib(pid)))

    @property
    def _judged(self) -> list[tuple[int, int]]:
        """The samples that growth is judged by; none where fewer than two were taken since it was warm."""
        since = max(self.wanted * _WARM_PART, self.warm)
        warm = [sample for sample in self.samples if sample[0] >= since]
        return warm if len(warm) >= 2 else []

    @property
    def slope(self) -> float | None:
        """KiB that each 1,000 inputs add once it is warm, by least squares; None where that was not seen."""
        warm = self._judged
        if not warm:
            return None
        middle, mean = (sum(column) / len(warm) for column in zip(*warm, strict=True))
        spread = sum((done - middle) ** 2 for done, _ in warm)
        return 1000 * sum((done - middle) * (kib - mean) for done, kib in warm) / spread if spread else None

    def fault(self) -> str | None:
        """Whether it grew by more than `FLAT_KIB` since it was warm."""
        warm = self._judged
        if warm and warm[-1][1] - warm[0][1] > FLAT_KIB:
            return f"memory grew from {warm[0][1]:,} KiB after {warm[0][0]:,} inputs to {warm[-1][1]:,} KiB at the end"
        return None

    def line(self) -> str:
        """For people."""
        if not self.samples:
            return "memory of the gateway: not seen, the system does not tell"
        first, last = (self.samples[at][1] / 1024 for at in (0, -1))
        slope = self.slope
        judged = (
            f"growth not judged: too few inputs after the first {self.warm:,}, which fill what is filled once"
            if slope is None
            else f"{slope:+.2f} KiB for each 1,000 inputs since {self._judged[0][0]:,}"
        )
        return f"memory of the gateway: {first:.1f} MiB at the start, {last:.1f} MiB at the end; {judged}"
