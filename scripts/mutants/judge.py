"""Put each fault to the tests of its room: workers side by side, each on a copy of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from scripts.mutants.faults import Fault
from scripts.mutants.trees import Copy, RunnerEndedError, Verdict, copy_of


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


def judge(
    faults: Sequence[Fault], tree: Path, python: Path, workers: int, tell: Callable[[str], None]
) -> list[Result]:
    """All results, in the order of the faults."""
    needed = {fault.tests for fault in faults}
    with ExitStack() as stack:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for _ in range(workers):
            copies.put(stack.enter_context(copy_of(tree, python)))
        pool = ThreadPoolExecutor(workers)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        baselines = dict(pool.map(lambda tests: (tests, _baseline(copies, tests, tell)), sorted(needed)))
        progress = _Progress(len(faults), tell)

        def one(fault: Fault) -> Result:
            copy = copies.get()
            try:
                with copy.fault(fault.path, fault.text):
                    verdict = _ask(copy, fault.tests, baselines[fault.tests])
            finally:
                copies.put(copy)
            progress.step(fault, verdict)
            return Result(fault, verdict)

        return list(pool.map(one, faults))


def _ask(copy: Copy, tests: tuple[str, ...], baseline: float) -> Verdict:
    try:
        return copy.judge(tests, baseline)
    except RunnerEndedError:
        return Verdict(passed=False, hung=False, took=0.0, output="the process that ran the tests ended")


def _baseline(copies: "SimpleQueue[Copy]", tests: tuple[str, ...], tell: Callable[[str], None]) -> float:
    """What the tests take without a fault."""
    copy = copies.get()
    try:
        verdict = copy.judge(tests, None)
    finally:
        copies.put(copy)
    if not verdict.passed:
        raise BaselineError(f"without any fault these fail: {' '.join(tests)}\n{verdict.output}")
    tell(f"{verdict.took:6.1f} s without a fault: {' '.join(tests)}")
    return verdict.took


class _Progress:
    def __init__(self, faults: int, tell: Callable[[str], None]) -> None:
        self._faults, self._tell, self._done, self._began = faults, tell, 0, time.monotonic()

    def step(self, fault: Fault, verdict: Verdict) -> None:
        self._done += 1
        said = "SURVIVED" if verdict.passed else "hung" if verdict.hung else "killed"
        where = f"{fault.path}:{fault.line} {fault.name or fault.operator}"
        spent = time.monotonic() - self._began
        self._tell(
            f"{self._done}/{self._faults} {spent:5.0f} s {said} {fault.room} {where} ({verdict.took:.1f} s)"
        )
