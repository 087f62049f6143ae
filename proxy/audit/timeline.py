"""The timeline: what each endpoint answered, cell by cell, over equal stretches of time."""

import itertools
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from proxy.audit.matrix import endpoints
from proxy.audit.run import Run
from proxy.audit.state import Kind, kind_of


class Cell(StrEnum):
    """What happened in a stretch of time; the value is how a terminal shows it."""

    WORKED = "#"
    FAILED = "x"
    MIXED = "~"
    SILENT = "?"
    """Asked, and nothing was learned of the endpoint."""
    NOT_ASKED = "."


class Line(msgspec.Struct, frozen=True):
    endpoint: str
    is_control: bool
    cells: tuple[Cell, ...]


class Timeline(msgspec.Struct, frozen=True):
    """Cells are equally long, from `first_ms` to `last_ms`, Unix ms; with few runs each run has a cell of its own."""

    first_ms: int
    last_ms: int
    lines: tuple[Line, ...]


def timeline(runs: Sequence[Run], width: int) -> Timeline:
    """Of runs of one set and account, oldest first, at least one; at most `width` cells."""
    first, last = runs[0].began_ms, runs[-1].began_ms
    places = _places([run.began_ms for run in runs], width)
    count = places[-1] + 1
    names = endpoints(runs)
    kinds = {name: [set[Kind]() for _ in range(count)] for name in names}
    for run, place in zip(runs, places, strict=True):
        for probe in run.probes:
            kinds[probe.endpoint][place].add(kind_of(probe))
    lines = (Line(name, is_control, tuple(map(_cell, kinds[name]))) for name, is_control in names.items())
    return Timeline(first, last, tuple(lines))


def _places(times: Sequence[int], width: int) -> list[int]:
    """The cell of each run: by time, where runs are many or lie apart; else one after the other."""
    span = times[-1] - times[0]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    if span == 0:
        return [min(place, width - 1) for place in range(len(times))]
    usual = sorted(gaps)[len(gaps) // 2]
    count = min(width, max(len(times), round(span / usual) + 1 if usual else len(times)))
    return [round((time - times[0]) * (count - 1) / span) for time in times]


def _cell(kinds: set[Kind]) -> Cell:
    told = kinds - {Kind.SILENT}
    if len(told) > 1:
        return Cell.MIXED
    if told:
        return Cell.WORKED if Kind.WORKS in told else Cell.FAILED
    return Cell.SILENT if kinds else Cell.NOT_ASKED
