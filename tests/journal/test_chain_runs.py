"""Stretches of a chain, and the order in which the fewest lines are out of place."""

import pytest

from proxy.journal.chain import Link
from proxy.journal.chain_runs import Place, Run, in_place, not_covered


def run(first: int, last: int) -> Run:
    return Run(first, last, Place("f", 1), Place("f", 2), Link(first, b"", b""), b"")


@pytest.mark.parametrize(
    ("spans", "placed"),
    [
        ([], []),
        ([(1, 9)], [(1, 9)]),
        ([(1, 9), (10, 20)], [(1, 9), (10, 20)]),
        ([(1, 9), (12, 12), (10, 11), (13, 20)], [(1, 9), (10, 11), (13, 20)]),
        ([(5, 5), (1, 4), (6, 9)], [(1, 4), (6, 9)]),
        ([(1, 9), (3, 3), (10, 20)], [(1, 9), (10, 20)]),
        ([(10, 12), (1, 9)], [(1, 9)]),
        ([(1, 9), (9, 9)], [(1, 9)]),
    ],
)
def test_most_lines_stay(spans: list[tuple[int, int]], placed: list[tuple[int, int]]) -> None:
    assert [(one.first, one.last) for one in in_place([run(*span) for span in spans])] == placed


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(5, 9)]),
        ([(5, 9)], []),
        ([(1, 20)], []),
        ([(6, 7)], [(5, 5), (8, 9)]),
        ([(8, 12), (1, 5)], [(6, 7)]),
        ([(10, 12), (1, 4)], [(5, 9)]),
        ([(12, 14)], [(5, 9)]),
        ([(6, 8), (7, 7)], [(5, 5), (9, 9)]),
    ],
)
def test_what_is_in_none_of_the_others_is_left(
    others: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert not_covered(5, 9, [run(*span) for span in others]) == left
