"""Work in slices: in order, a few milliseconds a turn of the loop, bounded."""

import asyncio

import pytest

from proxy.core.flow import Flow, Timings
from proxy.core.wire import RawRequest
from proxy.gateway.record_queue import RecordQueue


def flow(number: int) -> Flow:
    return Flow(str(number), 0, RawRequest("GET", b"/", ()), Timings(0.0))


class Clock:
    def __init__(self, step: float) -> None:
        self.step, self.time = step, 0.0

    def __call__(self) -> float:
        self.time += self.step
        return self.time


async def test_nothing_is_done_in_the_turn_that_brings_it_and_all_in_order_later() -> None:
    done: list[str] = []
    queue = RecordQueue(Clock(0.0))
    for number in range(3):
        queue.put(lambda one: done.append(one.request_id), flow(number))
    assert done == []
    await asyncio.sleep(0)
    assert done == ["0", "1", "2"]


@pytest.mark.parametrize(("seconds", "a_turn"), [(0.002, 3), (0.004, 2), (0.006, 1)])
async def test_a_slice_ends_after_five_milliseconds_and_the_rest_follows(seconds: float, a_turn: int) -> None:
    done: list[str] = []
    queue = RecordQueue(Clock(seconds))
    for number in range(7):
        queue.put(lambda one: done.append(one.request_id), flow(number))
    await asyncio.sleep(0)
    assert len(done) == a_turn
    for _ in range(7):
        await asyncio.sleep(0)
    assert done == [str(number) for number in range(7)]


async def test_work_may_bring_more_work() -> None:
    done: list[str] = []
    queue = RecordQueue(Clock(0.0))

    def again(one: Flow) -> None:
        done.append(one.request_id)
        if len(done) < 3:
            queue.put(again, flow(len(done)))

    queue.put(again, flow(0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == ["0", "1", "2"]


async def test_finish_does_it_now() -> None:
    done: list[str] = []
    queue = RecordQueue(Clock(1.0))
    for number in range(5):
        queue.put(lambda one: done.append(one.request_id), flow(number))
    queue.drain()
    assert len(done) == 5
    await asyncio.sleep(0)
    assert len(done) == 5


async def test_beyond_the_bound_the_oldest_is_done_by_who_brings_more() -> None:
    done: list[str] = []
    queue = RecordQueue(Clock(0.0))
    for number in range(1024):
        queue.put(lambda one: done.append(one.request_id), flow(number))
    assert done == []
    queue.put(lambda one: done.append(one.request_id), flow(1024))
    assert done == ["0"]
    queue.drain()
