"""`make fuzz`: random hostile requests and random hostile answers at real gateway processes, and what must hold whatever comes.

With --tests, first the tests that draw their input: other input than `make test` draws, and more of it. Then
tests/hostile/fuzz_requests.py, then tests/hostile/fuzz_answers.py. Each is bounded by number and by time, and repeatable by its
seed of randomness, which is printed. Exit code 0: all that was wanted was done, and all held. 1: something did not hold. 3: cut short by
the time allowed, and nothing was wrong so far.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys

from harness.gateway import ROOT
from tests.hostile.fuzz_answers import fuzz_answers
from tests.hostile.fuzz_requests import fuzz_requests
from tests.hostile.fuzz_run import End


def draw_in_tests(seed: int) -> End:
    """The tests that draw, by this seed. It takes some minutes."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-n", "2", "--tb=short", "--show-capture=no", "-o", "timeout=1800",
            "-m", "hypothesis or draws", f"--hypothesis-seed={seed}",
        ],
        cwd=ROOT, env=os.environ | {"DRAW_SEED": str(seed)}, check=False,
    )  # fmt: skip
    return End.BROKEN if done.returncode else End.HELD


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--answers", type=int, default=200_000, help="requests whose answers are hostile")
    parser.add_argument("--seconds", type=float, default=7200.0, help="for each of the two")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument("--tests", action="store_true", help="first the tests that draw their input")
    parser.add_argument("--connections", type=int, default=64)
    chosen = parser.parse_args(arguments)
    seed = random.SystemRandom().getrandbits(32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}: `make fuzz SEED={seed}` draws the same again", flush=True)
    ends = [draw_in_tests(seed)] if chosen.tests else []
    if chosen.requests:
        ends.append(asyncio.run(fuzz_requests(chosen.requests, chosen.seconds, seed, chosen.connections)))
    if chosen.answers:
        ends.append(asyncio.run(fuzz_answers(chosen.answers, chosen.seconds, seed, chosen.connections)))
    return _together(ends)


def _together(ends: list[End]) -> int:
    """The worst of them: what did not hold outweighs what was cut short."""
    return int(next((end for end in (End.BROKEN, End.CUT_SHORT) if end in ends), End.HELD))


if __name__ == "__main__":
    sys.exit(main())
