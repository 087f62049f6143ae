"""What the stretches of a chain say about its lines: removed, changed, moved, put in twice, cut."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from proxy.journal.chain_runs import Place, Run, follows, in_place, not_covered
from proxy.journal.chain_walk import Told


class Absent(msgspec.Struct, frozen=True):
    """A file that the chain came through and that is not here."""

    file: str
    last_seq: int
    last_hash: str
    told_by: Place


type Found = Told | Absent


def findings(runs: Sequence[Run]) -> Iterator[Found]:
    """Everything that is not as it was written, in the order of the chain, then what stands in a wrong place."""
    placed = in_place(runs)
    found = set(map(id, placed))
    stray = [run for run in runs if id(run) not in found]
    if not placed:
        return
    yield from _beginning(placed[0], stray)
    for left, right in pairwise(placed):
        yield from _seam(left, right, stray)
    gaps = [(0, placed[0].first), *((a.last, b.first) for a, b in pairwise(placed))]
    for run in stray:
        belongs = any(
            low < run.first and run.last < high for low, high in [*gaps, (placed[-1].last, run.last + 1)]
        )
        yield _told(run.begins, _out_of_place(run) if belongs else _twice(run))


def _beginning(run: Run, stray: Sequence[Run]) -> Iterator[Found]:
    if run.first == 1:
        if not follows(run.link, b""):
            yield _told(run.begins, "this line was changed after it was written")
    elif run.origin is not None:
        yield Absent(run.origin.previous, run.first - 1, run.origin.before, run.begins)
    else:
        yield from _removed(
            Place(run.begins.file, run.begins.line), 1, run.first - 1, stray, "before this line"
        )


def _seam(left: Run, right: Run, stray: Sequence[Run]) -> Iterator[Found]:
    """What is wrong between two stretches that stand in the right order."""
    if right.first == left.last + 1:
        if not follows(right.link, left.head):
            yield _told(right.begins, "this line was changed after it was written")
        return
    if right.origin is not None and right.origin.previous != left.ends.file:
        yield Absent(right.origin.previous, right.first - 1, right.origin.before, right.begins)
        return
    if right.begins.file == left.ends.file:
        yield from _removed(right.begins, left.last + 1, right.first - 1, stray, "before this line")
    else:
        yield from _removed(
            left.ends, left.last + 1, right.first - 1, stray, "behind this line, the last one here"
        )


def _removed(place: Place, first: int, last: int, stray: Sequence[Run], where: str) -> Iterator[Told]:
    for low, high in not_covered(first, last, stray):
        yield _told(place, f"{_lines(low, high)} {'is' if low == high else 'are'} missing {where}")


def _out_of_place(run: Run) -> str:
    return (
        f"{_lines(run.first, run.last)} {'stands' if run.first == run.last else 'stand'} here, out of order"
    )


def _twice(run: Run) -> str:
    if run.first == run.last:
        return f"{_lines(run.first, run.last)} was put in here, and belongs elsewhere"
    return f"{_lines(run.first, run.last)} were put in here, and belong elsewhere"


def _lines(first: int, last: int) -> str:
    return f"line {first} of the chain" if first == last else f"lines {first} to {last} of the chain"


def _told(place: Place, says: str) -> Told:
    return Told(place.file, place.line, says)
