"""Cells: each run its own while they fit; then equal stretches of time; gaps are seen."""

from msgspec import structs

from proxy.audit.run import Run
from proxy.audit.timeline import timeline
from tests.audit.runs import MINUTE_MS, runs

A, B = "GET /a", "GET /b"


def drawn(found: list[Run], width: int = 40) -> list[str]:
    return ["".join(line.cells) for line in timeline(found, width).lines]


def test_each_run_has_a_cell_while_they_fit() -> None:
    assert drawn(runs({A: "#xx#?t w", B: "########"})) == ["#xx#??.?", "########"]


def test_what_was_never_sent_has_a_line_too() -> None:
    assert drawn(runs({A: "##s", B: "sss"})) == ["##.", "..."]


def test_a_few_seconds_more_or_less_move_no_cell() -> None:
    late = [
        structs.replace(run, began_ms=run.began_ms + shift)
        for run, shift in zip(runs({A: "#x#x#"}), (0, 4000, -3000, 2000, 900), strict=True)
    ]
    assert drawn(late) == ["#x#x#"]


def test_many_runs_share_cells() -> None:
    assert drawn(runs({A: "#" * 50 + "x" * 50}), 10) == ["#####xxxxx"]
    (mixed,) = drawn(runs({A: "#x" * 50}), 10)
    assert mixed == "~" * 10


def test_what_was_missed_is_a_gap() -> None:
    whole = runs({A: "##########"})
    assert drawn([*whole[:3], *whole[7:]]) == ["###....###"]


def test_one_run_and_runs_of_one_moment() -> None:
    (one,) = runs({A: "x"})
    assert drawn([one]) == ["x"]
    assert drawn([one, one, one]) == ["xxx"]
    assert drawn([one] * 5, 3) == ["xxx"]


def test_it_tells_its_ends() -> None:
    found = timeline(runs({A: "###"}), 40)
    assert found.last_ms - found.first_ms == 20 * MINUTE_MS
