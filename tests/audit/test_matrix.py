"""Counting results: works, fails by code, mixed, skipped; by groups, each endpoint once."""

from msgspec import structs

from proxy.audit.matrix import matrix, states_of
from proxy.audit.run import Section
from tests.audit.conftest import BEGAN_MS
from tests.audit.runs import MINUTE_MS, runs

SPOT, A, B, C, D = "GET /api/v3/account", "GET /a", "POST /b", "GET /c", "GET /d"


def test_each_row_says_what_its_results_were() -> None:
    found = matrix(
        runs({SPOT: "######", A: "xx#x2?", B: "xxxxxx", C: "ssssss", D: "#t#w##"}, controls=(SPOT,))
    )
    rows = {row.endpoint: row for row in found.rows}
    assert [row.endpoint for row in found.rows] == [SPOT, A, B, C, D]
    assert (rows[SPOT].verdict, rows[SPOT].is_control, rows[SPOT].works) == ("works", True, 6)
    assert (rows[A].verdict, rows[A].works, rows[A].asked) == ("mixed", 1, 6)
    assert rows[A].failures == (("-2008", 3), ("-2015", 1), ("no answer", 1))
    assert (rows[B].verdict, rows[B].failures) == ("fails", (("-2008", 6),))
    assert (rows[C].verdict, rows[C].skipped, rows[C].asked) == ("skipped", 6, 0)
    assert "asked to wait" in rows[C].why
    assert {rows[name].why for name in (SPOT, A, B, D)} == {""}
    assert (rows[D].verdict, rows[D].failures) == ("mixed", (("-1003", 1), ("HTTP 403", 1)))
    assert (found.runs, found.first_ms, found.last_ms) == (6, BEGAN_MS, BEGAN_MS + 50 * MINUTE_MS)
    assert found.groups[0].rate == (1 + 0 + 0 + 4, 6 + 6 + 0 + 6)  # without the control


def test_all_work_means_asked_each_time_and_worked() -> None:
    assert matrix(runs({SPOT: "##", A: "##"}, controls=(SPOT,))).all_work
    for other in ("#x", "x#", "#?", "#s", "s#", "#w", "ss"):
        assert not matrix(runs({SPOT: "##", A: other}, controls=(SPOT,))).all_work
    assert not matrix(runs({SPOT: "#x", A: "##"}, controls=(SPOT,))).all_work


def test_what_the_set_no_longer_has_stands_behind() -> None:
    old, new = runs({A: "#x", B: "xx"})
    new = structs.replace(new, probes=new.probes[:1], sections=(Section("calls", (), (A,)),))
    found = matrix([old, new])
    assert [(group.name, [row.endpoint for row in group.rows]) for group in found.groups] == [
        ("calls", [A]),
        ("no longer in the set", [B]),
    ]


def test_a_control_of_two_groups_is_one_row() -> None:
    (one,) = runs({SPOT: "#", A: "#", B: "#"})
    both = (Section("first", (SPOT,), (A,)), Section("second", (SPOT,), (B,)))
    found = matrix([structs.replace(one, sections=both)])
    assert [row.endpoint for row in found.rows] == [SPOT, A, B]
    assert [group.rate for group in found.groups] == [(1, 1), (1, 1)]


def test_what_says_nothing_of_the_endpoint_is_no_state_of_it() -> None:
    probes = [run.probes[0] for run in runs({A: "#tx?w2"})]
    assert states_of(probes) == ["works", "-2008", "-2015"]
