"""`drift`: does this machine's clock run as fast as the exchange's? Two estimates some seconds apart."""

import asyncio
from typing import Final

from proxy.core.catalogue import time_source
from proxy.doctor.check import Check
from proxy.doctor.checks.clock import home_family
from proxy.doctor.clock_samples import ClockSamples, measure
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, skipped, warning

_APART_SECONDS: Final = 8.0
_STEP_MS: Final = 250.0
_FAST_MS_AN_HOUR: Final = 1000.0


async def run(patient: Patient) -> Finding:
    family = home_family(patient)
    first = await patient.clock(family)
    source = time_source(patient.environment, family)
    if first.offset_ms is None or source is None:
        return skipped(f"empty: no time was told ({first.trouble})")
    left = first.at_steady + _APART_SECONDS - patient.local.steady()
    await asyncio.sleep(max(0.0, left))
    if patient.holds.is_host_held(source.base):
        return skipped("not asked again: a hold is running")
    second = await measure(patient.sender, source.base, source.path, patient.local)
    return judged(first, second)


def judged(first: ClockSamples, second: ClockSamples) -> Finding:
    """A difference smaller than the doubt of both estimates says nothing but its bound."""
    if first.offset_ms is None or second.offset_ms is None:
        return skipped(f"empty: no second time was told ({second.trouble})")
    seconds = max(0.001, second.at_steady - first.at_steady)
    moved = second.offset_ms - first.offset_ms
    doubt = ((first.round_trip_ms or 0.0) + (second.round_trip_ms or 0.0)) / 2
    if abs(moved) <= doubt + 1:
        return good(f"none seen in {seconds:.0f} s: less than {doubt + 1:.0f} ms")
    told = f"the clocks moved {abs(moved):.0f} ms apart in {seconds:.0f} s (right to {doubt:.0f} ms)"
    an_hour = (abs(moved) - doubt) / seconds * 3600
    if abs(moved) >= _STEP_MS or an_hour >= _FAST_MS_AN_HOUR:
        return warning(
            told,
            "let NTP keep the clock (chronyc tracking, timedatectl); in a virtual machine look at its host",
        )
    return good(told)


CHECK = Check(name="drift", looks_at="whether the clock runs too fast or too slow (8 s)", run=run, slow=True)
