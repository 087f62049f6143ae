"""What is kept of unknown writes, who waits for them, and what is shown."""

import asyncio

import pytest

from proxy.core.order_lookup import REASONS, State
from proxy.core.readings import Kind
from proxy.core.redaction import SCHEMA, OutcomeRecord
from proxy.gateway.reconciliation.open_lookups import Lookup, Lookups

STARTED_MS = 1_784_801_696_789


def lookup(number: int = 1) -> Lookup:
    return Lookup(f"r-{number}", STARTED_MS)


def record(reason: str = "", *, told: bool = False) -> OutcomeRecord:
    return OutcomeRecord(
        schema=SCHEMA,
        time="2026-07-23T10:14:58.000Z",
        request_id="r-1",
        method="POST",
        path="/api/v3/order",
        account="main",
        outcome="executed",
        reason=reason,
        told=told,
    )


async def settled(one: Lookup, until: float, now: float = 100.0, *, stopped: bool = False) -> bool:
    return await one.wait_until_known(until, lambda: now, lambda: stopped)


@pytest.mark.parametrize("state", list(State))
async def test_what_is_known_is_told_at_once(state: State) -> None:
    one = lookup()
    one.state = state
    assert await settled(one, 0.0) is (state is not State.PENDING)


async def test_nobody_waits_beyond_the_time_nor_for_a_look_that_comes_later() -> None:
    one = lookup()
    assert not await settled(one, 100.02)
    one.next_looks = {"": 105.0}
    assert not await asyncio.wait_for(settled(one, 105.0), 1)  # at the same moment is too late
    one.next_looks = {"place": 101.0, "cancel": 200.0}
    assert not await asyncio.wait_for(settled(one, 150.0), 1), "both halves have to be known"
    assert not await asyncio.wait_for(settled(one, 150.0, stopped=True), 1)


async def test_who_waits_is_woken_by_the_answer() -> None:
    lookups, one = Lookups(), lookup()
    lookups.add(one)
    one.next_looks = {"": 100.5}
    waiting = asyncio.create_task(settled(one, 160.0))
    await asyncio.sleep(0)
    lookups.settle(one, State.EXECUTED)
    assert await asyncio.wait_for(waiting, 1)


@pytest.mark.parametrize("ends", [False, True])
async def test_who_waits_is_woken_to_see_that_it_takes_too_long_or_that_all_ends(ends: bool) -> None:
    lookups, one = Lookups(), lookup()
    stopped: list[bool] = []
    lookups.add(one)
    one.next_looks = {"": 100.5}
    waiting = asyncio.create_task(one.wait_until_known(160.0, lambda: 100.0, lambda: bool(stopped)))
    await asyncio.sleep(0)
    lookups.wake_waiters()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done(), "woken for nothing it waits on"
    if ends:
        stopped.append(True)
    else:
        one.next_looks = {"": 161.0}
    lookups.wake_waiters()
    assert not await asyncio.wait_for(waiting, 1)


def test_counts() -> None:
    lookups = Lookups()
    made = [lookup(number) for number in range(4)]
    for one in made:
        lookups.add(one)
    for one, state in zip(made, (State.EXECUTED, State.NOT_FOUND, State.EXECUTED), strict=False):
        lookups.settle(one, state)
    assert lookups.pending == 1
    ended, pending = lookups.readings()
    assert (ended.name, ended.kind, ended.labels) == ("unknown_writes", Kind.COUNTER, ("outcome",))
    assert list(ended.samples) == [(("executed",), 2), (("not_found",), 1)]
    assert (pending.name, pending.kind, pending.samples) == (
        "unknown_writes_pending",
        Kind.GAUGE,
        (((), 1),),
    )
    assert lookups.report()["settled"] == {"executed": 2, "not_found": 1, "undetermined": 0}
    assert lookups.report()["pending"] == 1


def test_the_newest_500_are_kept_and_shown_first_and_every_one_is_counted() -> None:
    lookups = Lookups()
    made = [lookup(number) for number in range(503)]
    for one in made:
        lookups.add(one)
    assert [one["request_id"] for one in lookups.report()["outcomes"]] == [
        f"r-{n}" for n in range(502, 2, -1)
    ]
    assert lookups.find("r-2") is None
    assert lookups.find("r-3") is made[3]
    assert lookups.pending == 503
    lookups.settle(made[0], State.UNDETERMINED)
    assert (lookups.pending, lookups.counts[State.UNDETERMINED]) == (502, 1)


def shown(state: State, known: OutcomeRecord | None) -> dict[str, object]:
    lookups, one = Lookups(), lookup()
    lookups.add(one)
    one.record, one.looks, one.state = known, 2, state
    (found,) = lookups.report()["outcomes"]
    assert isinstance(found, dict)
    return found


REQUESTED = "2026-07-23T10:14:56.789Z"


def test_what_is_shown_is_what_the_journal_has() -> None:
    assert shown(State.EXECUTED, record("", told=True)) == {
        "request_id": "r-1",
        "state": "executed",
        "requested": REQUESTED,
        "known": "2026-07-23T10:14:58.000Z",
        "looks": 2,
        "endpoint": "POST /api/v3/order",
        "account": "main",
        "client": None,
        "order": None,
        "id_added": False,
        "order_status": None,
        "code": None,
        "reason": None,
        "says": None,
        "told": True,
    }


def test_a_reason_is_put_into_words_once_it_is_the_last_one() -> None:
    ended, pending = (shown(state, record("absent")) for state in (State.NOT_FOUND, State.PENDING))
    assert (ended["reason"], ended["says"]) == ("absent", REASONS["absent"])
    assert (pending["reason"], pending["says"], pending["known"]) == ("absent", None, None)


@pytest.mark.parametrize("state", [State.PENDING, State.UNDETERMINED])
def test_what_could_not_be_redacted_shows_nothing_of_the_request(state: State) -> None:
    assert shown(state, None) == {
        "request_id": "r-1",
        "state": state.value,
        "requested": REQUESTED,
        "known": None,
        "looks": 2,
    }
