"""One timer keeps the deadlines of all connections."""

import asyncio
import time
from dataclasses import dataclass, field

from proxy.upstream.connection import Connection
from proxy.upstream.deadline import DeadlineTimer


@dataclass(eq=False)
class Waiting:
    """What the timer needs of a connection, and when it was told."""

    deadline: float
    expired: list[float] = field(default_factory=list)

    def expire(self) -> None:
        self.expired.append(time.monotonic())
        self.deadline = float("inf")


def armed(*waiting: Waiting, shortest: float) -> tuple[DeadlineTimer, set[Connection]]:
    busy: set[Connection] = set(waiting)  # type: ignore[arg-type]  # stand-ins
    return DeadlineTimer(busy, shortest, time.monotonic), busy


async def test_each_is_told_at_its_own_instant() -> None:
    now = time.monotonic()
    early, late, never = Waiting(now + 0.10), Waiting(now + 0.17), Waiting(float("inf"))
    timer, _ = armed(early, late, never, shortest=0.1)
    timer.arm(late.deadline)
    timer.arm(early.deadline)
    await asyncio.sleep(0.4)
    assert len(early.expired) == len(late.expired) == 1
    assert 0.1 <= early.expired[0] - now < 0.15
    assert 0.17 <= late.expired[0] - now < 0.22
    assert never.expired == []
    timer.disarm()


async def test_a_deadline_that_moved_on_is_kept() -> None:
    now = time.monotonic()
    moved = Waiting(now + 0.05)
    timer, _ = armed(moved, shortest=0.05)
    timer.arm(moved.deadline)
    moved.deadline = now + 0.12
    await asyncio.sleep(0.08)
    assert moved.expired == []
    await asyncio.sleep(0.1)
    assert 0.12 <= moved.expired[0] - now < 0.17
    timer.disarm()


async def test_the_timer_sleeps_while_nothing_is_busy_and_wakes_again() -> None:
    timer, busy = armed(shortest=0.02)
    timer.arm(time.monotonic() + 1)
    await asyncio.sleep(0.05)
    assert timer._timer is None
    late = Waiting(time.monotonic() + 0.03)
    busy.add(late)  # type: ignore[arg-type]  # a stand-in
    timer.arm(late.deadline)
    await asyncio.sleep(0.08)
    assert len(late.expired) == 1
    timer.disarm()


async def test_a_deadline_that_is_near_wakes_the_timer_early() -> None:
    """The time that a connection took was taken from the answer's."""
    now = time.monotonic()
    far, near = Waiting(now + 5), Waiting(now + 0.06)
    timer, _ = armed(far, near, shortest=5)
    timer.arm(far.deadline)
    timer.arm(near.deadline)
    await asyncio.sleep(0.12)
    assert len(near.expired) == 1
    assert far.expired == []
    timer.disarm()
