"""`recv-window`: is the configured recvWindow wide enough for the slowest way seen, and no wider than needed?"""

import math
from typing import Final

from proxy.doctor.check import Check
from proxy.doctor.checks.clock import home_family
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, skipped, warning

_MOST_MS: Final = 60_000
_STEP_MS: Final = 1000
_TIMES: Final = 5
"""The slowest of a few round trips is not the slowest of a day."""


async def run(patient: Patient) -> Finding:
    measured = await patient.clock(home_family(patient))
    slowest = measured.slowest_ms
    if slowest is None:
        return skipped(f"no round trip was measured: {measured.trouble}")
    return judged(slowest, measured.taken, patient.settings.signing.recv_window_ms)


def judged(slowest_ms: float, taken: int, configured_ms: int) -> Finding:
    safe = min(_MOST_MS, max(_STEP_MS, math.ceil(slowest_ms * _TIMES / _STEP_MS) * _STEP_MS))
    told = f"slowest of {taken} round trips {slowest_ms:.0f} ms: {safe} ms is safe, {configured_ms} ms is set"
    if configured_ms < safe:
        return warning(told, f"set signing.recv_window_ms to {max(safe, 5000)}")
    if configured_ms > 4 * max(safe, 5000):
        return warning(
            f"{told}: whoever repeats a request within that time is believed",
            f"set signing.recv_window_ms to {max(safe, 5000)}",
        )
    return good(told)


CHECK = Check(name="recv-window", looks_at="which recvWindow is safe for the way seen", run=run)
