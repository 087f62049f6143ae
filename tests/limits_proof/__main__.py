"""`make limits-proof`: random writes through limited gateways; prints what was executed, and how near to its bounds."""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from tests.limits_proof.proof import OUTCOMES, Tally, days_for, prove
from tests.limits_proof.scene import scene
from tests.limits_proof.search import search_all
from tests.support.draws import leave_our_constants_out

_LEAST_SHARE = 0.12
"""Of the requests that must be executed: what is refused proves nothing. Plays are there to be refused."""


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: nothing was executed outside of its limits, and enough was executed to say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600.0, help="it ends after so long; default: 600")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument(
        "--faults", action="store_true", help="put known faults into the gateway: is each found?"
    )
    chosen = parser.parse_args(arguments)
    seed = random.SystemRandom().getrandbits(32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}: `make limits-proof SEED={seed}` draws the same again", flush=True)
    leave_our_constants_out()
    with tempfile.TemporaryDirectory(prefix="limits-proof-") as directory:
        if chosen.faults:
            return search_all(Path(directory), chosen.requests, seed)
        return run(Path(directory), chosen.requests, chosen.seconds, seed)


def run(directory: Path, requests: int, seconds: float, seed: int) -> int:
    """Days until so many requests were sent, or the time is over."""
    tally, began, failure = Tally(), time.monotonic(), ""
    with asyncio.Runner() as runner:
        opened = scene(directory)
        exchange = runner.run(opened.__aenter__())
        try:
            while tally.sent < requests and time.monotonic() - began < seconds:
                prove(
                    runner,
                    exchange,
                    tally,
                    days=days_for(requests - tally.sent),
                    seed=seed,
                    until=began + seconds,
                )
                seed += 1
        except (AssertionError, ExceptionGroup) as error:  # a group where it does not happen each time
            failure = str(next(_leaves(error), error))
        finally:
            runner.run(opened.__aexit__(None, None, None))
    print(report(tally, time.monotonic() - began))
    share = tally.count("executed") / max(tally.sent, 1)
    if failure:
        print(f"executed OUTSIDE of its limits: {failure}")
    elif share < _LEAST_SHARE:
        print(f"proves too little: {share:.0%} were executed, {_LEAST_SHARE:.0%} are wanted")
    else:
        print("nothing was executed outside of its limits")
    return 1 if failure or share < _LEAST_SHARE else 0


def _leaves(error: Exception) -> Iterator[Exception]:
    """The first failures of a group."""
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


def report(tally: Tally, seconds: float) -> str:
    """What came of the requests, by family, and the largest amount beside each bound."""
    rows: list[tuple[str, ...]] = [("", "requests", *OUTCOMES)]
    for family, found in tally.outcomes.items():
        rows.append((family, f"{found.total():,}", *(f"{found[one]:,}" for one in OUTCOMES)))
    rows.append(("all", f"{tally.sent:,}", *(f"{tally.count(one):,}" for one in OUTCOMES)))
    bounds = [("policy: line", "bound", "", "executed at most")]
    for policy, peaks in tally.peaks.items():
        for (line, name), peak in peaks.items():
            bounds.append(
                (f"{policy}: {line}", name, f"{peak.bound:f}", f"{peak.largest:.8f}".rstrip("0").rstrip("."))
            )
    speed = f"{tally.sent:,} requests in {seconds:.0f} s, {tally.sent / seconds:,.0f}/s"
    refusals = ", ".join(f"{name} {count:,}" for name, count in tally.refusals.most_common())
    return "\n".join(
        (
            speed,
            "",
            *_table(rows),
            "",
            f"refusals of the gateway: {refusals}",
            "",
            *_table([bounds[0], *sorted(bounds[1:])]),
        )
    )


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


if __name__ == "__main__":
    # not in `main`, which a test calls: other tests in its process look at the log
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.exit(main())
