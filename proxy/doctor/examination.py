"""Runs checks one after the other, each within its time, and makes the report of what they found."""

import asyncio
from collections.abc import Callable, Iterable

from proxy import __version__
from proxy.core.probes import verdict
from proxy.doctor.all_checks import CHECKS
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, Mark, Report, Result

type Tell = Callable[[Result], None]
"""Told of each result as soon as it is there."""


async def examine(patient: Patient, names: Iterable[str] | None = None, tell: Tell | None = None) -> Report:
    """Run the checks of these names, all where none are given. Raises KeyError for a name that there is not."""
    chosen = tuple(CHECKS.values()) if names is None else tuple(CHECKS[name] for name in names)
    discreet = patient.discreet
    results = []
    for check in chosen:
        began = patient.local.monotonic()
        found = await _run(check, patient)
        seconds = round(patient.local.monotonic() - began, 3)
        result = Result(check.name, found.mark, discreet(found.evidence), discreet(found.fix), seconds)
        results.append(result)
        if tell is not None:
            tell(result)
    probes = patient.probes()
    keyed = [probe for probe in probes if probe.account]
    return Report(
        version=__version__,
        at_ms=patient.local.unix_ms(),
        environment=patient.environment_name,
        account=patient.account.name if patient.account is not None else None,
        checks=tuple(results),
        key=verdict(keyed, patient.local.unix_ms(), patient.facts) if keyed else None,
        probes=probes,
    )


async def _run(check: Check, patient: Patient) -> Finding:
    """One check. What nobody expected fails it and leaves the others to run."""
    try:
        async with asyncio.timeout(check.seconds):
            return await check.run(patient)
    except TimeoutError:
        return Finding(
            Mark.FAILED,
            f"this check did not end within {check.seconds:g} s",
            "look at the checks before it: something on the way does not answer",
        )
    except Exception as error:  # a check must not take the others with it
        return Finding(
            Mark.FAILED,
            f"this check could not be made: {type(error).__name__}",
            f"run `signing-proxy --debug doctor {check.name}` and report what it prints",
        )
