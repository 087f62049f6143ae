"""Series: by the timetable, taken up again after a restart, and only by who asks the same."""

import pytest
from msgspec import structs

from proxy.audit.matrix import matrix
from proxy.audit.run import Timetable
from proxy.audit.series import Plan, Round, keep_asking, round_of, running_series, runs_since, verdict_on
from proxy.audit.timeline import timeline
from proxy.core.probes import Leaf
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account
from tests.audit.conftest import World

HOUR, TEN_MINUTES = 3600.0, 600.0


class KilledError(Exception):
    """Stands for the end of the process."""


async def ask_until_killed(plan: Plan, table: Timetable, rounds: int, *, continued: bool) -> list[int]:
    numbers: list[int] = []

    def tell(asked: Round) -> None:
        numbers.append(asked.number)
        if len(numbers) == rounds:
            raise KilledError

    with pytest.raises(KilledError):
        await keep_asking(plan, table, tell, continued=continued)
    return numbers


async def test_a_series_goes_on_after_a_restart_and_what_was_missed_is_a_gap(world: World) -> None:
    plan = world.plan("spot")
    table = Timetable(world.clock.unix_ms(), TEN_MINUTES, HOUR)
    assert await ask_until_killed(plan, table, 2, continued=False) == [0, 1]

    world.clock.jumped += 1500.0  # dead for 25 minutes
    found = running_series(plan, runs_since(plan, 0), TEN_MINUTES, HOUR)
    assert found == table
    numbers: list[int] = []
    await keep_asking(plan, table, lambda asked: numbers.append(asked.number), continued=True)
    assert numbers == [4, 5, 6]

    stored = runs_since(plan, 0)
    assert {run.series for run in stored} == {table}
    assert [(run.began_ms - table.began_ms) // 600_000 for run in stored] == [0, 1, 4, 5, 6]
    assert {"".join(line.cells) for line in timeline(stored, 40).lines} == {"##..###"}
    assert running_series(plan, stored, TEN_MINUTES, HOUR) is None  # it has ended


async def test_only_the_same_question_goes_on(world: World) -> None:
    plan = world.plan("spot")
    await ask_until_killed(plan, Timetable(world.clock.unix_ms(), TEN_MINUTES, HOUR), 1, continued=False)
    stored = runs_since(plan, 0)
    other_key = Account("main", "sandbox", "otherkey" + "0" * 56, HmacKey(Secret(b"x")))
    for other in (
        running_series(plan, stored, 60.0, HOUR),
        running_series(plan, stored, TEN_MINUTES, 2 * HOUR),
        running_series(world.plan("sapi"), stored, TEN_MINUTES, HOUR),
        running_series(world.plan("spot", "sapi"), stored, TEN_MINUTES, HOUR),
        running_series(world.plan("spot", accounts=[world.account("second")]), stored, TEN_MINUTES, HOUR),
        running_series(world.plan("spot", accounts=[other_key]), stored, TEN_MINUTES, HOUR),
        running_series(plan, [], TEN_MINUTES, HOUR),
    ):
        assert other is None
    assert running_series(plan, stored, TEN_MINUTES, HOUR) is not None


async def test_a_round_that_is_late_is_not_made_up_for(world: World) -> None:
    """Each round takes 25 minutes: of those every 10 minutes, two are missed each time."""
    plan = world.plan("spot")
    table = Timetable(world.clock.unix_ms(), TEN_MINUTES, HOUR)
    numbers: list[int] = []

    def tell(asked: Round) -> None:
        numbers.append(asked.number)
        world.clock.jumped += 1500.0

    await keep_asking(plan, table, tell, continued=False)
    assert numbers == [0, 3, 6]


async def test_several_accounts_and_sets_are_asked_each_round(world: World) -> None:
    plan = world.plan("spot", "sapi", accounts=[world.account("first"), world.account("second")])
    asked = await round_of(plan)
    told = [(run.account, run.set) for run in asked.runs]
    assert told == [("first", "spot"), ("first", "sapi"), ("second", "spot"), ("second", "sapi")]
    assert all(matrix([run]).all_work for run in asked.runs)
    verdicts = {
        name: verdict_on(
            tuple(run for run in asked.runs if run.account == name),
            runs_since(plan, 0),
            world.clock.unix_ms(),
        )
        for name in ("first", "second")
    }
    assert {one.leaf for one in verdicts.values()} == {Leaf.WORKS}


async def test_a_key_that_was_replaced_does_not_flap(world: World) -> None:
    """The old key worked half an hour ago under the same name; the new one is unknown: that is no flapping."""
    plan = world.plan("c2c")
    await round_of(plan)
    world.clock.jumped += 1800.0
    new = Account("main", "sandbox", "nobodysk" + "0" * 56, HmacKey(Secret(b"x")))
    asked = await round_of(world.plan("c2c", accounts=[new]))
    told = verdict_on(asked.runs, runs_since(plan, 0), world.clock.unix_ms())
    assert told.leaf is Leaf.KEY_UNKNOWN


async def test_another_set_of_the_same_minute_says_nothing_here(world: World) -> None:
    world.be("flapping-2008:works=0")
    plan = world.plan("c2c")
    await round_of(plan)
    asked = await round_of(world.plan("spot"))
    assert verdict_on(asked.runs, runs_since(plan, 0), world.clock.unix_ms()).leaf is Leaf.WORKS


def test_a_plan_is_not_changed_by_asking(world: World) -> None:
    plan = world.plan("spot")
    assert structs.replace(plan) == plan
