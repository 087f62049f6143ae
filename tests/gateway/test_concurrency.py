"""Slots: bounded, in order, orders and cancels before polling, none lost."""

import asyncio

from proxy.core.errors import Refusal
from proxy.core.settings import LimitSettings
from proxy.gateway.concurrency import ConcurrencyLimit
from tests.support.refusals import decided_later


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def limit(slots: int, wait: float = 5.0) -> ConcurrencyLimit:
    return ConcurrencyLimit(LimitSettings(in_flight=slots, wait_seconds=wait))


async def test_orders_and_cancels_go_before_polling_that_came_earlier() -> None:
    house = limit(1)
    await house.acquire()
    order: list[str] = []

    async def visit(name: str, urgent: bool) -> None:
        await house.acquire(urgent=urgent)
        order.append(name)
        house.release()

    names = [("poll1", False), ("poll2", False), ("order", True), ("poll3", False), ("cancel", True)]
    tasks = []
    for name, urgent in names:
        tasks.append(asyncio.create_task(visit(name, urgent)))
        await settle()
    house.release()
    await asyncio.gather(*tasks)
    assert order == ["order", "cancel", "poll1", "poll2", "poll3"]
    assert house.busy == 0


async def test_a_turn_that_is_passed_on_while_draining_is_waited_for() -> None:
    house = limit(1)
    await house.acquire()
    waiting = asyncio.create_task(house.acquire())
    await settle()
    draining = asyncio.create_task(house.drain(5.0))
    await settle()
    house.release()
    await settle()
    assert waiting.done()
    assert not draining.done()
    house.release()
    assert await draining


async def test_a_newcomer_does_not_overtake_who_waits() -> None:
    house = limit(1)
    await house.acquire()
    waiting = asyncio.create_task(house.acquire())
    await settle()
    house.release()
    newcomer = asyncio.create_task(house.acquire())
    await settle()
    assert waiting.done()
    assert not newcomer.done()
    house.release()
    await newcomer


async def test_who_waits_too_long_is_told_and_its_turn_is_not_lost() -> None:
    house = limit(1, wait=0.01)
    await house.acquire()
    refusals = await asyncio.gather(*(decided_later(house.acquire(urgent=bool(n % 2))) for n in range(20)))
    assert {one.token for one in refusals if isinstance(one, Refusal)} == {"overloaded"}
    assert len([one for one in refusals if isinstance(one, Refusal)]) == 20
    house.release()
    await house.acquire()
    assert house.busy == 1


async def test_a_turn_that_comes_with_the_cancellation_is_passed_on() -> None:
    house = limit(1)
    await house.acquire()
    leaves = asyncio.create_task(house.acquire())
    stays = asyncio.create_task(house.acquire())
    await settle()
    house.release()  # the slot is given to the first ...
    leaves.cancel()  # ... who goes before it knows
    await settle()
    assert leaves.cancelled()
    await stays
    assert house.busy == 1
    house.release()
    await house.acquire()


async def test_as_many_as_there_are_turns_are_inside_and_no_more() -> None:
    house, inside, most = limit(8), 0, 0

    async def visit(n: int) -> None:
        nonlocal inside, most
        await house.acquire(urgent=n % 3 == 0)
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        house.release()

    await asyncio.gather(*(visit(n) for n in range(200)))
    assert (most, house.busy) == (8, 0)
    assert await house.drain(0.1)
    refusal = await decided_later(house.acquire(urgent=True))
    assert isinstance(refusal, Refusal)
    assert refusal.token == "draining"


async def test_a_refusal_says_which_and_what_to_do() -> None:
    house = limit(1, wait=0.01)
    await house.acquire()
    full = await decided_later(house.acquire())
    await house.drain(0.001)
    shut = await decided_later(house.acquire())
    assert isinstance(full, Refusal)
    assert isinstance(shut, Refusal)
    assert [(one.status, one.token, one.execution.value) for one in (full, shut)] == [
        (503, "overloaded", "not_sent"),
        (503, "draining", "not_sent"),
    ]
    assert "raise limits.in_flight" in full.message


async def test_the_drain_ends_when_the_last_one_leaves_or_with_its_time() -> None:
    house = limit(2)
    await house.acquire()
    await house.acquire()
    assert await house.drain(0.01) is False
    first, second = asyncio.create_task(house.drain(5.0)), asyncio.create_task(house.drain(5.0))
    await settle()
    house.release()
    await settle()
    assert (first.done(), second.done(), house.busy) == (False, False, 1)
    house.release()
    assert list(await asyncio.gather(first, second)) == [True, True]
    assert await house.drain(0.0) is True


async def test_who_waits_when_the_drain_begins_still_gets_its_turn() -> None:
    house = limit(1)
    await house.acquire()
    waiting = asyncio.create_task(house.acquire(urgent=True))
    await settle()
    draining = asyncio.create_task(house.drain(5.0))
    await settle()
    assert isinstance(await decided_later(house.acquire(urgent=True)), Refusal)
    house.release()
    await waiting
    house.release()
    assert await draining


async def test_traffic_is_counted_by_names_and_slots() -> None:
    house = limit(2)
    assert house.traffic() == (0, 0)
    names = [house.next_id() for _ in range(17)]
    stem = names[0].partition("-")[0]
    assert len(stem) == 10
    assert names == [f"{stem}-{number:08x}" for number in range(1, 18)]
    await house.acquire()
    await house.acquire()
    assert house.traffic() == (17, 2)
    house.release()
    assert house.traffic() == (17, 1)
    assert limit(1).next_id() != names[0]


async def test_who_stops_waiting_is_forgotten_and_leaves_the_queue_as_it_was() -> None:
    house = limit(1)
    await house.acquire()
    order: list[str] = []

    async def visit(name: str) -> None:
        await house.acquire()
        order.append(name)
        house.release()

    tasks = [asyncio.create_task(visit(name)) for name in ("a", "b", "c", "d")]
    await settle()
    for gone in (tasks[0], tasks[2]):
        gone.cancel()
    await settle()
    assert (tasks[0].cancelled(), tasks[2].cancelled()) == (True, True)
    house.release()
    await settle()
    assert order == ["b", "d"]
    assert (house.busy, await house.drain(0.0)) == (0, True)


async def test_a_turn_that_comes_just_after_the_cancellation_goes_to_the_next() -> None:
    """Who is cancelled still stands in the queue when the turn is given on."""
    house = limit(1)
    await house.acquire()
    leaves, stays = asyncio.create_task(house.acquire()), asyncio.create_task(house.acquire())
    await settle()
    leaves.cancel()
    house.release()
    await stays
    assert (leaves.cancelled(), house.busy) == (True, 1)


async def test_who_does_not_say_that_it_is_urgent_is_not() -> None:
    house = limit(1)
    await house.acquire()
    polling = asyncio.create_task(house.acquire())
    await settle()
    order = asyncio.create_task(house.acquire(urgent=True))
    await settle()
    house.release()
    await settle()
    assert (polling.done(), order.done()) == (False, True)
    house.release()
    await polling
