"""`make repeat-proof`: lost answers, with python-binance, ccxt and @binance/spot, each as it is installed.

Nothing may be placed twice, and nothing refused that had not happened.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from scripts.test_clients import DRIVERS, HOME, prepare
from tests.repeats_proof.proof import LOSSES, Found, Program, prove


def programs() -> list[Program]:
    """The libraries; they are installed where they are not there yet."""
    prepare({"python-binance", "ccxt", "node"})
    bare = {"PATH": os.environ["PATH"], "NO_PROXY": "*", "NODE_PATH": str(HOME / "node" / "node_modules")}
    return [
        *(
            Program(name, (str(HOME / name / "bin" / "python"), str(DRIVERS / file)), bare)
            for name, file in (("python-binance", "repeats_python_binance.py"), ("ccxt", "repeats_ccxt.py"))
        ),
        Program("@binance/spot", ("node", str(DRIVERS / "repeats_binance_spot.cjs")), bare),
    ]


def main() -> int:
    """Exit code 0: nothing was wrong, and as many answers were lost as were wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lost", type=int, default=1000, help="orders whose answer is lost; default: 1000")
    parser.add_argument("--at-once", type=int, default=8, help="orders of each library; default: 8")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    chosen = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if chosen.seed is None else chosen.seed
    print(f"seed {seed}: `make repeat-proof SEED={seed}` draws the same again", flush=True)
    count, began = chosen.lost * 5 // 4 + 20, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="repeat-proof-") as directory:
        found = asyncio.run(prove(programs(), count, Path(directory), seed=seed, at_once=chosen.at_once))
    print(report(found, time.monotonic() - began))
    if found.lost_orders < chosen.lost:
        print(
            f"proves too little: of {found.lost_orders} orders an answer was lost, {chosen.lost} are wanted"
        )
    return 1 if found.wrong or found.lost_orders < chosen.lost else 0


def report(found: Found, seconds: float) -> str:
    kinds = ", ".join(f"{name} {found.kinds[name]:,}" for name in sorted({*LOSSES, "none"}))
    ends = ", ".join(f"{name} {count:,}" for name, count in found.ends.most_common())
    wrong = [f"  {one}" for one in found.wrong[:20]]
    return "\n".join(
        (
            f"{found.kinds.total():,} orders in {seconds:.0f} s; of {found.lost_orders:,} an answer was lost, "
            f"{found.lost:,} answers in all",
            f"what happened to the first sending: {kinds}",
            f"how it ended for the client: {ends}",
            f"{len(found.wrong)} wrong: placed twice, not there, or refused though it had not happened",
            *wrong,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
