"""The cases of `make faults` in small, against a real gateway process; and that they would notice."""

import dataclasses
from collections import Counter

import pytest

from tests.faults import points
from tests.faults.cases import (
    CASES,
    r01_once,
    r02_execution,
    r04_stale,
    r05_holds,
    r06_clock_error,
    r11_stop,
    r15_client_gone,
    r16_counted,
    r17_refused_loop,
    r18_holds_killed,
)
from tests.faults.frame import Answer, Row, write
from tests.faults.points import Point, Trial
from tests.faults.upstream import Exchange

BY_NAME = {point.name: point for point in points.POINTS}
QUICK = ("refused", "half a status line", "headers then close")


def held(rows: list[Row]) -> None:
    assert [row for row in rows if not row.held] == []


def test_the_14_points_and_the_promises_are_all_there() -> None:
    assert len(BY_NAME) == 14
    assert list(CASES) == [f"r{number:02}" for number in range(1, 19)]


async def test_writes_are_sent_once_and_truly_told() -> None:
    chosen = tuple(dataclasses.replace(BY_NAME[name], transports=("http",)) for name in QUICK)
    trials = await points.run(chosen, 0.01)
    assert [len(trial.writes) >= 10 for trial in trials] == [True] * 3
    held(r01_once.rows(trials, chosen))
    held(r02_execution.rows(trials))


async def test_writes_on_connections_that_die_are_told_one_by_one() -> None:
    chosen = (dataclasses.replace(BY_NAME["idle connection closed just as we write"], transports=("https",)),)
    config = {"orders": {"outcome_wait_seconds": 0}, "limits": {"drain_seconds": 0.1}}  # look-ups take longer
    trials = await points.run(chosen, 0.01, config)
    assert 0 < trials[0].stale_writes < len(trials[0].writes)
    *states, _outcome = r02_execution.rows(trials)
    held([*r01_once.rows(trials, chosen), *states])


async def test_reads_survive_a_stale_connection() -> None:
    run = await r04_stale._reads(60, None, whole=True)
    assert (run.answered, run.most_whole, run.most_attempts) == (60, 2, 2)
    assert run.stale > 0


async def test_order_counts_hold_orders_alone() -> None:
    held([await r05_holds._orders()])


async def test_a_clock_error_heals_once() -> None:
    held([await r06_clock_error._heals(12, always=False)])


async def test_the_door_closes_at_once() -> None:
    held([await r11_stop._door(1)])


async def test_a_client_that_hangs_up_leaves_a_record() -> None:
    held(await r15_client_gone.measure(0.03))


async def test_a_hold_is_kept_over_a_kill() -> None:
    held(r18_holds_killed.rows(await r18_holds_killed.trial(6)))


async def test_what_is_counted_is_counted_over_a_kill() -> None:
    kinds = (r16_counted.DAY, r16_counted.APPROVAL, r16_counted.ONCE)
    held([r16_counted.row(kind, await r16_counted.trial(kind, 3)) for kind in kinds])
    held([r16_counted.places_row(await r16_counted.places())])


async def test_a_loop_of_refusals_harms_nobody_else() -> None:
    slowed, beside, recorded = await r17_refused_loop.measure(0.1)
    held([slowed, recorded])
    assert ", 0 failed" in beside.measured  # a p99 of two seconds beside other tests says nothing


def test_one_too_many_is_noticed() -> None:
    for executed, is_held in ((9, True), (10, True), (11, False)):
        count = r16_counted.Count(executed=Counter({executed: 1, 10: 2}))
        assert r16_counted.row(r16_counted.DAY, count).held is is_held
    exact = [executed for _, _, executed in r16_counted.PLACES]
    assert r16_counted.places_row(exact).held
    assert not r16_counted.places_row([exact[0] - 1, *exact[1:]]).held


def made_up(point: Point, execution: str, *, executed: int, sent_again: bool = False) -> Trial:
    """A trial with one write, of which the client was told `execution`."""
    order = write("w1")
    exchange = Exchange()
    exchange.executed["w1"] = executed + sent_again
    answer = Answer(502, {"x-gateway-execution": execution, "x-gateway-request-id": "i"}, b"", 0.1)
    return Trial(point, "http", [(order, answer)], [], exchange, {}, frozenset({"i"}), 0)


def unheld(rows: list[Row]) -> set[str]:
    return {row.wanted.split(":")[0] for row in rows if not row.held}


def test_a_duplicate_is_noticed() -> None:
    point = BY_NAME["silence"]
    assert unheld(r01_once.rows([made_up(point, "unknown", executed=1)], (point,))) == set()
    twice = made_up(point, "unknown", executed=1, sent_again=True)
    assert unheld(r01_once.rows([twice], (point,))) == {"a write is executed at most once"}


def test_a_point_that_was_not_met_is_noticed() -> None:
    trials = [made_up(BY_NAME["silence"], "unknown", executed=1)]
    assert unheld(r01_once.rows(trials, points.POINTS)) == {"a write is executed at most once"}


@pytest.mark.parametrize(
    ("name", "execution", "executed", "row"),
    [
        ("silence", "not_sent", 1, "0 wrong `not_sent` in 10,000"),
        ("silence", "answered", 1, "later faults 100 % `unknown`"),
        ("silence", "", 1, "later faults 100 % `unknown`"),
        ("refused", "unknown", 0, "connect faults 100 % `not_sent`"),
    ],
)
def test_a_wrong_state_is_noticed(name: str, execution: str, executed: int, row: str) -> None:
    assert row in unheld(r02_execution.rows([made_up(BY_NAME[name], execution, executed=executed)]))
