"""Put each fault to the tests of its room: workers side by side, each on a copy of its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from queue import SimpleQueue

from scripts.mutants.faults import Fault
from scripts.mutants.trees import Copy, RunnerEndedError, Verdict, copy_of

_MOST_SECONDS = 1800.0
FACTOR, MORE_SECONDS = 10, 30.0
"""How much longer than without a fault the tests may take: the machine may be busy with something else by then."""


def limit_of(baseline: float) -> float:
    """How long the tests may take on one fault."""
    return baseline * FACTOR + MORE_SECONDS


class BaselineError(Exception):
    """The tests fail without any fault."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a fault."""

    fault: Fault
    verdict: Verdict

    @property
    def killed(self) -> bool:
        """A test noticed, or never ended."""
        return not self.verdict.passed


@dataclass(frozen=True, slots=True)
class Bench:
    """Where faults are judged: a tree, what runs its tests, how many side by side, and who hears of the progress.

    `seconds`: how long the tests may take on one fault; None: measured first, without any fault.
    """

    tree: Path
    python: Path
    workers: int
    tell: Callable[[str], None]
    seconds: float | None = None

    def judge(self, faults: Sequence[Fault]) -> list[Result]:
        """All results, in the order of the faults."""
        with ExitStack() as stack:
            copies: SimpleQueue[Copy] = SimpleQueue()
            for _ in range(self.workers):
                copies.put(stack.enter_context(copy_of(self.tree, self.python)))
            pool = ThreadPoolExecutor(self.workers)
            stack.callback(pool.shutdown, wait=False, cancel_futures=True)

            def limit(tests: tuple[str, ...]) -> float:
                with _taken(copies) as copy:
                    return limit_of(_baseline(copy, tests, self.tell))

            asked = sorted({fault.tests for fault in faults})
            limits = dict(
                zip(
                    asked,
                    pool.map(limit, asked) if self.seconds is None else repeat(self.seconds),
                    strict=False,
                )
            )
            progress = _Progress(len(faults), self.tell)

            def one(fault: Fault) -> Result:
                with _taken(copies) as copy, copy.fault(fault.path, fault.text):
                    verdict = _ask(copy, fault.tests, limits[fault.tests])
                progress.step(fault, verdict)
                return Result(fault, verdict)

            return list(pool.map(one, faults))


@contextmanager
def _taken(copies: "SimpleQueue[Copy]") -> Iterator[Copy]:
    """A copy of one's own."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def _ask(copy: Copy, tests: tuple[str, ...], seconds: float) -> Verdict:
    try:
        return copy.judge(tests, seconds)
    except RunnerEndedError:
        return Verdict(passed=False, hung=False, took=0.0, output="the process that ran the tests ended")


def _baseline(copy: Copy, tests: tuple[str, ...], tell: Callable[[str], None]) -> float:
    """What the tests take without a fault."""
    verdict = copy.judge(tests, _MOST_SECONDS)
    if not verdict.passed:
        raise BaselineError(f"without any fault these fail: {' '.join(tests)}\n{verdict.output}")
    tell(f"{verdict.took:6.1f} s without a fault: {' '.join(tests)}")
    return verdict.took


class _Progress:
    def __init__(self, faults: int, tell: Callable[[str], None]) -> None:
        self._faults, self._tell, self._done, self._began = faults, tell, 0, time.monotonic()

    def step(self, fault: Fault, verdict: Verdict) -> None:
        self._done += 1
        said = "LIVES" if verdict.passed else "hung" if verdict.hung else "killed"
        what = fault.name or f"({fault.operator}) {fault.mark.old} -> {fault.mark.new}"
        spent = time.monotonic() - self._began
        where = f"{said} after {verdict.took:.1f} s: {fault.room} {fault.path}:{fault.line} {what}"
        self._tell(f"{self._done}/{self._faults} {spent:.0f} s, {where}")
