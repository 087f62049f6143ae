"""Each way to tamper with a line is named as what it is, at its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.journal.chain import Chain, link_of
from proxy.journal.chain_runs import Place
from proxy.journal.chain_walk import NO_LINE
from tests.journal.chained import closed_lines, looked_at, told
from tests.journal.lines import flow

type Lines = list[bytes]
type Tamper = Callable[[Lines], object]

CHANGED = "this line was changed after it was written"


def change(at: int, old: bytes, new: bytes) -> Tamper:
    def tamper(lines: Lines) -> None:
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new, 1)

    return tamper


def move(first: int, last: int, to: int) -> Tamper:
    def tamper(lines: Lines) -> None:
        taken = lines[first:last]
        del lines[first:last]
        lines[to:to] = taken

    return tamper


def swap(one: int, other: int) -> Tamper:
    def tamper(lines: Lines) -> None:
        lines[one], lines[other] = lines[other], lines[one]

    return tamper


def other_chain(lines: Lines) -> None:
    """A line of another chain, number 3."""
    lines.insert(10, Chain("d").bind([flow(1).line] * 3)[2])


def end_of_hash(at: int) -> Tamper:
    def tamper(lines: Lines) -> None:
        lines[at] = lines[at][:-8] + (b"AAAAA" if lines[at][-8:-3] != b"AAAAA" else b"BBBBB") + lines[at][-3:]

    return tamper


CASES: dict[str, tuple[Tamper, list[tuple[int, str]]]] = {
    "changed": (change(7, b"r-6", b"r-9"), [(8, CHANGED)]),
    "first changed": (change(0, b"2026", b"2025"), [(1, CHANGED)]),
    "last changed": (change(21, b'"end"', b'"END"'), [(22, CHANGED)]),
    "two changed": (lambda at: (change(7, b"r-6", b"r-9")(at), change(8, b"r-7", b"r-9")(at)), [(8, CHANGED), (9, CHANGED)]),
    "its number changed": (change(7, b'"seq":8', b'"seq":88'), [(8, CHANGED)]),
    "its hash changed": (end_of_hash(7), [(8, CHANGED)]),
    "its link taken away": (
        lambda at: at.__setitem__(7, flow(6).line),
        [(8, NO_LINE), (9, "line 8 of the chain is missing before this line")],
    ),
    "removed": (lambda at: at.pop(7), [(8, "line 8 of the chain is missing before this line")]),
    "some removed": (
        lambda at: at.__delitem__(slice(7, 12)),
        [(8, "lines 8 to 12 of the chain are missing before this line")],
    ),
    "first removed": (lambda at: at.pop(0), [(1, "line 1 of the chain is missing before this line")]),
    "swapped": (swap(7, 8), [(9, "line 8 of the chain stands here, out of order")]),
    "moved down": (move(7, 8, 15), [(16, "line 8 of the chain stands here, out of order")]),
    "moved up": (move(15, 17, 7), [(8, "lines 16 to 17 of the chain stand here, out of order")]),
    "repeated": (
        lambda at: at.insert(7, at[14]),
        [(8, "line 15 of the chain was put in here, and belongs elsewhere")],
    ),
    "repeated at once": (
        lambda at: at.insert(8, at[7]),
        [(9, "line 8 of the chain was put in here, and belongs elsewhere")],
    ),
    "some repeated at once": (
        lambda at: at.__setitem__(slice(12, 12), at[8:12]),
        [(13, "lines 9 to 12 of the chain were put in here, and belong elsewhere")],
    ),
    "of another chain": (other_chain, [(11, "line 3 of the chain was put in here, and belongs elsewhere")]),
    "a line put in": (lambda at: at.insert(7, flow(1).line), [(8, NO_LINE)]),
    "an empty line put in": (lambda at: at.insert(7, b""), [(8, NO_LINE)]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_done_is_named_at_its_line(tmp_path: Path, case: str) -> None:
    tamper, breaks = CASES[case]
    lines = closed_lines(tmp_path)
    tamper(lines)
    assert told(looked_at(lines)) == breaks


def test_a_right_journal_has_no_break(tmp_path: Path) -> None:
    report = looked_at(closed_lines(tmp_path))
    assert (report.breaks, report.like_a_kill, report.remarks, report.unchained) == ([], [], [], [])
    (chain,) = report.chains
    assert (chain.first, chain.last, chain.signed_to, chain.state) == (1, 22, 22, "closed")


def test_a_place_is_a_line_of_a_file(tmp_path: Path) -> None:
    lines = closed_lines(tmp_path)
    assert link_of(lines[4]).seq == 5
    assert Place("f", 5).line == 5
