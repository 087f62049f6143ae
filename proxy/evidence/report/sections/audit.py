"""The audit's sweeps: which calls worked with the key, how often, and since when."""

from collections.abc import Iterator, Sequence
from typing import Final

from proxy.audit.matrix import matrix
from proxy.audit.page import TIMELINE_CELLS, matrix_lines, timeline_lines
from proxy.audit.run import Run
from proxy.audit.svg import timeline_svg
from proxy.audit.timeline import timeline
from proxy.evidence.report.blocks import Block, Figure, LeftOut, Lines, Section, says
from proxy.evidence.report.material import Material

TITLE: Final = "Sweeps of the audit"
_MOST: Final = 8
_SVG_CELLS: Final = 240


def section(material: Material) -> Section | LeftOut:
    """Matrix, success rate, timeline and flapping score of each set and key, as `audit history` prints them."""
    groups = _groups(material.runs)
    if not groups:
        return LeftOut(TITLE, "none is stored for this stretch; `signing-proxy audit` makes one")
    blocks = [block for number, runs in enumerate(groups[:_MOST], 1) for block in _of(runs, number)]
    if len(groups) > _MOST:
        blocks.append(says(f"{len(groups) - _MOST} more sets and keys are in the file of the sweeps."))
    return Section(TITLE, tuple(blocks))


def _groups(runs: Sequence[Run]) -> list[list[Run]]:
    """Of each set, account, key and environment, oldest first."""
    found: dict[tuple[str, str, str, str], list[Run]] = {}
    for run in runs:
        found.setdefault((run.account, run.set, run.key, run.environment), []).append(run)
    return list(found.values())


def _of(runs: list[Run], number: int) -> Iterator[Block]:
    found, newest = matrix(runs), runs[-1]
    yield Lines(tuple(matrix_lines(found)))
    if len(runs) > 1:
        title = f"{newest.set}, {newest.environment}"
        svg = timeline_svg(timeline(runs, _SVG_CELLS), title)
        yield Figure(f"audit-{number}.svg", svg.strip(), "sweeps by endpoint and time: worked, failed, both")
        yield Lines(tuple(timeline_lines(timeline(runs, TIMELINE_CELLS), found)))
