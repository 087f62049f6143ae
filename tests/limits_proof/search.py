"""Is each known fault found? It is put into the gateway, and the proof runs until something lies outside.

The same days without a fault show nothing: else what is found would say nothing of the fault.
"""

import asyncio
from contextlib import nullcontext
from pathlib import Path

from tests.limits_proof.faults import FAULTS, Fault, present
from tests.limits_proof.proof import SAMPLE, Tally, days_for, prove
from tests.limits_proof.scene import scene


def found_after(directory: Path, fault: Fault | None, *, days: int, seed: int | None = None) -> int | None:
    """How many requests it took; None where so many days show nothing."""
    tally = Tally()
    with asyncio.Runner() as runner:
        opened = scene(directory)
        exchange = runner.run(opened.__aenter__())
        try:
            with nullcontext() if fault is None else present(fault):
                prove(runner, exchange, tally, days=days, seed=seed, shrinks=False)
        except (AssertionError, ExceptionGroup):  # a group where it does not happen each time
            return tally.sent + 1  # the one that showed it is not counted
        finally:
            runner.run(opened.__aexit__(None, None, None))
    return None


def search_all(directory: Path, requests: int, seed: int) -> int:
    """Prints a line for each fault. Exit code 0: all were found, in the sample of `make test` or in so many requests."""
    missed = 0
    if found_after(directory / "none", None, days=SAMPLE) is not None:
        print("something is executed outside of its limits without any fault: run it without --faults")
        return 1
    for fault in FAULTS:
        sent = found_after(directory / fault.name / "sample", fault, days=SAMPLE)
        where = "in the sample"
        if sent is None:
            sent = found_after(directory / fault.name / "run", fault, days=days_for(requests), seed=seed)
            where = f"with seed {seed}"
        told = "NOT FOUND" if sent is None else f"found after {sent:,} requests, {where}"
        print(f"{fault.name:36} {told:46} {fault.harm}", flush=True)
        missed += sent is None
    print(f"{len(FAULTS) - missed} of {len(FAULTS)} faults were found")
    return 1 if missed else 0
