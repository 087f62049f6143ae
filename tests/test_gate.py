"""Turns: bounded, in order, orders and cancels before polling, none lost."""

import asyncio

from proxy.core.settings import LimitSettings
from proxy.gate import Gate


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def gate(turns: int, wait: float = 5.0) -> Gate:
    return Gate(LimitSettings(in_flight=turns, wait_seconds=wait))


async def test_orders_and_cancels_go_before_polling_that_came_earlier() -> None:
    house = gate(1)
    assert await house.enter() is None
    order: list[str] = []

    async def visit(name: str, urgent: bool) -> None:
        assert await house.enter(urgent=urgent) is None
        order.append(name)
        house.leave()

    names = [("poll1", False), ("poll2", False), ("order", True), ("poll3", False), ("cancel", True)]
    tasks = []
    for name, urgent in names:
        tasks.append(asyncio.create_task(visit(name, urgent)))
        await settle()
    house.leave()
    await asyncio.gather(*tasks)
    assert order == ["order", "cancel", "poll1", "poll2", "poll3"]
    assert house.busy == 0


async def test_a_turn_that_is_passed_on_while_draining_is_waited_for() -> None:
    house = gate(1)
    await house.enter()
    waiting = asyncio.create_task(house.enter())
    await settle()
    draining = asyncio.create_task(house.drained(5.0))
    await settle()
    house.leave()
    await settle()
    assert waiting.done()
    assert not draining.done()
    house.leave()
    assert await draining


async def test_a_newcomer_does_not_overtake_who_waits() -> None:
    house = gate(1)
    await house.enter()
    waiting = asyncio.create_task(house.enter())
    await settle()
    house.leave()
    newcomer = asyncio.create_task(house.enter())
    await settle()
    assert waiting.done()
    assert not newcomer.done()
    house.leave()
    assert await newcomer is None


async def test_who_waits_too_long_is_told_and_its_turn_is_not_lost() -> None:
    house = gate(1, wait=0.01)
    await house.enter()
    refusals = await asyncio.gather(*(house.enter(urgent=bool(n % 2)) for n in range(20)))
    assert {refusal.token for refusal in refusals if refusal} == {"overloaded"}
    assert len([refusal for refusal in refusals if refusal]) == 20
    house.leave()
    assert await house.enter() is None
    assert house.busy == 1


async def test_a_turn_that_comes_with_the_cancellation_is_passed_on() -> None:
    house = gate(1)
    await house.enter()
    leaves = asyncio.create_task(house.enter())
    stays = asyncio.create_task(house.enter())
    await settle()
    house.leave()  # the turn is given to the first ...
    leaves.cancel()  # ... who goes before it knows
    await settle()
    assert leaves.cancelled()
    assert await stays is None
    assert house.busy == 1
    house.leave()
    assert await house.enter() is None


async def test_as_many_as_there_are_turns_are_inside_and_no_more() -> None:
    house, inside, most = gate(8), 0, 0

    async def visit(n: int) -> None:
        nonlocal inside, most
        assert await house.enter(urgent=n % 3 == 0) is None
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        house.leave()

    await asyncio.gather(*(visit(n) for n in range(200)))
    assert (most, house.busy) == (8, 0)
    assert await house.drained(0.1)
    refusal = await house.enter(urgent=True)
    assert refusal is not None
    assert refusal.token == "draining"


async def test_a_refusal_says_which_and_what_to_do() -> None:
    house = gate(1, wait=0.01)
    await house.enter()
    full = await house.enter()
    await house.drained(0.001)
    shut = await house.enter()
    assert full is not None
    assert shut is not None
    assert [(one.status, one.token, one.execution.value) for one in (full, shut)] == [
        (503, "overloaded", "not_sent"),
        (503, "draining", "not_sent"),
    ]
    assert "raise limits.in_flight" in full.message


async def test_the_drain_ends_when_the_last_one_leaves_or_with_its_time() -> None:
    house = gate(2)
    assert await house.enter() is None
    assert await house.enter() is None
    assert not await house.drained(0.01)
    first, second = asyncio.create_task(house.drained(5.0)), asyncio.create_task(house.drained(5.0))
    await settle()
    house.leave()
    await settle()
    assert (first.done(), second.done(), house.busy) == (False, False, 1)
    house.leave()
    assert await asyncio.gather(first, second) == [True, True]
    assert await house.drained(0.0)


async def test_who_waits_when_the_drain_begins_still_gets_its_turn() -> None:
    house = gate(1)
    await house.enter()
    waiting = asyncio.create_task(house.enter(urgent=True))
    await settle()
    draining = asyncio.create_task(house.drained(5.0))
    await settle()
    assert await house.enter(urgent=True) is not None
    house.leave()
    assert await waiting is None
    house.leave()
    assert await draining


async def test_traffic_is_counted_by_names_and_turns() -> None:
    house = gate(2)
    assert house.traffic() == (0, 0)
    names = [house.next_id() for _ in range(17)]
    stem = names[0].partition("-")[0]
    assert len(stem) == 10
    assert names == [f"{stem}-{number:08x}" for number in range(1, 18)]
    await house.enter()
    await house.enter()
    assert house.traffic() == (17, 2)
    house.leave()
    assert house.traffic() == (17, 1)
    assert gate(1).next_id() != names[0]


async def test_who_stops_waiting_is_forgotten_and_leaves_the_queue_as_it_was() -> None:
    house = gate(1)
    await house.enter()
    order: list[str] = []

    async def visit(name: str) -> None:
        assert await house.enter() is None
        order.append(name)
        house.leave()

    tasks = [asyncio.create_task(visit(name)) for name in ("a", "b", "c", "d")]
    await settle()
    for gone in (tasks[0], tasks[2]):
        gone.cancel()
    await settle()
    assert (tasks[0].cancelled(), tasks[2].cancelled()) == (True, True)
    house.leave()
    await settle()
    assert order == ["b", "d"]
    assert (house.busy, await house.drained(0.0)) == (0, True)
