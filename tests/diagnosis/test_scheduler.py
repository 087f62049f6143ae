"""Examinations take turns, and who waits for one gets an answer in time."""

import asyncio
from typing import Any, cast

from proxy.diagnosis.scheduler import DiagnosisScheduler, first_stage_done
from proxy.runtime.clock import LocalClock


class Work:
    """As much work as it is told, a millisecond a slice on the clock that it moves."""

    def __init__(self, clock: "Clock", slices: int, first: int = 0) -> None:
        self._clock, self._left, self._first, self.turns = clock, slices, first, 0

    @property
    def done(self) -> bool:
        return self._left <= 0

    @property
    def first_stage_done(self) -> bool:
        return self.turns >= self._first

    def run_slice(self) -> None:
        self._clock.now += 0.001
        self._left -= 1
        self.turns += 1


class Clock(LocalClock):
    """Moves when work is done, and with every turn of the loop that somebody counts."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def _as_work(work: Work) -> Any:
    return cast("Any", work)


async def test_the_loop_turns_after_every_few_milliseconds_whatever_is_examined() -> None:
    clock = Clock()
    scheduler = DiagnosisScheduler(clock)
    longest, last = 0.0, clock.now
    works = [Work(clock, 50) for _ in range(10)]
    tasks = [asyncio.create_task(scheduler.run_in_background(_as_work(work), 10.0)) for work in works]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        longest, last = max(longest, clock.now - last), clock.now
    assert all(work.done for work in works)
    assert longest <= 0.0101  # a slice of 5 ms, and the one that begins where it ended


async def test_what_is_waited_for_ends_in_time_beside_many_others() -> None:
    clock = Clock()
    scheduler = DiagnosisScheduler(clock)
    others = [
        asyncio.create_task(scheduler.run_in_background(_as_work(Work(clock, 1000)), 10.0)) for _ in range(20)
    ]
    await asyncio.sleep(0)
    began, waited = clock.now, Work(clock, 3)
    await scheduler.run_within(_as_work(waited), 0.025)
    assert waited.done
    assert clock.now - began <= 0.025
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def test_it_ends_with_its_time() -> None:
    clock = Clock()
    work = Work(clock, 1000)
    await DiagnosisScheduler(clock).run_within(_as_work(work), 0.025)
    assert not work.done
    assert 20 <= work.turns <= 26


async def test_the_first_stage_ends_when_it_is_done() -> None:
    work = Work(clock := Clock(), 1000, first=7)
    await DiagnosisScheduler(clock).run_within(_as_work(work), 1.0, enough=first_stage_done)
    assert work.turns == 7


async def test_more_than_can_be_searched_are_left_as_they_are() -> None:
    clock = Clock()
    scheduler = DiagnosisScheduler(clock)
    works = [Work(clock, 50) for _ in range(100)]
    await asyncio.gather(*(scheduler.run_in_background(_as_work(work), 10.0) for work in works))
    assert 64 <= sum(work.done for work in works) < 100


async def test_a_cancelled_wait_gives_its_place_back() -> None:
    clock = Clock()
    scheduler = DiagnosisScheduler(clock)
    tasks = [
        asyncio.create_task(scheduler.run_in_background(_as_work(Work(clock, 1000)), 10.0)) for _ in range(5)
    ]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    last = Work(clock, 3)
    await scheduler.run_in_background(_as_work(last), 1.0)
    assert last.done
