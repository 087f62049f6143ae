"""`make leak-matrix`: misplaced secrets in every form; every class of value in every position and encoding. Prints
cells, skips and leaks.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.leaks import misplaced_cells
from tests.leaks.canaries import CLASSES, ENCODINGS
from tests.leaks.matrix import all_cells
from tests.leaks.misplaced import FORMS, PLACES
from tests.leaks.positions import POSITIONS
from tests.leaks.report import run

_BOUND_SECONDS = 1200


async def _run(seed: str, folder: Path) -> int:
    misplaced = misplaced_cells.run(seed)
    print(f"{len(PLACES)} places for a secret where something else belongs x {len(FORMS)} forms of it")
    print(misplaced, flush=True)
    async with asyncio.timeout(_BOUND_SECONDS):
        report = await run(all_cells(), seed, folder)
    print(f"{len(CLASSES)} classes x {len(POSITIONS)} positions x {len(ENCODINGS)} encodings")
    print(report)
    return 0 if report.good and misplaced.good else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="leak-matrix-") as made:
        sys.exit(asyncio.run(_run(os.environ.get("DRAW_SEED") or os.urandom(8).hex(), Path(made))))
