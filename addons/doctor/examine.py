"""Runs examinations beside mitmproxy's other work, and whatever happens a diagnosis comes out.

They run in one worker thread: the event loop gets its turn every few milliseconds even while a rule is busy with
a request of many kilobytes, which cutting the work into slices on the loop itself would not promise.
"""

import asyncio
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from msgspec.structs import replace

from proxy.core.diagnosis.examination.engine import Examination
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.findings import Diagnosis, Finding, SignatureState, Strength, Verdict

_MOST_WAITING: Final = 200
_MOST_SECONDS: Final = 5.0
_MOST_SECONDS_NOW: Final = 0.2


class Examiner:
    """Examines one request after the other, each within a bound of time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="binance-doctor")
        self._stop = threading.Event()
        self._waiting = 0

    async def examine(self, observation: Observation) -> Diagnosis | None:
        """None if too many requests are waiting already: `binance.explain` can examine this one later."""
        if self._waiting >= _MOST_WAITING or self._stop.is_set():
            return None
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._pool, examine_within, observation, _MOST_SECONDS, self._stop.is_set
            )
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """What is still under way ends with the best it has."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)


def examine_now(observation: Observation) -> Diagnosis:
    """The same at once, for commands and views, while the user looks on."""
    return examine_within(observation, _MOST_SECONDS_NOW)


def examine_within(
    observation: Observation, seconds: float, stopped: Callable[[], bool] = lambda: False
) -> Diagnosis:
    """The best conclusion within about so many seconds. Never raises."""
    try:
        examination, end = Examination(observation), time.monotonic() + seconds
        while not examination.run_slice():
            if time.monotonic() > end or stopped():
                return replace(examination.best(), stopped_early=True)
        return examination.best()
    except Exception as error:  # a rule that fails must not break a flow
        return failed(error)


def failed(error: Exception) -> Diagnosis:
    """What is concluded when a rule raised: its place and the class of the error, no word of the request."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    finding = Finding(
        rule="doctor-failed",
        strength=Strength.POSSIBLE,
        says=f"A rule of the doctor failed on this request ({type(error).__name__} at {where}).",
        remedy="The request itself went through untouched. Please report the rule and this place.",
    )
    return Diagnosis(Verdict.UNKNOWN, SignatureState.UNCHECKED, (finding,))
