"""Measure the promises of docs/reliability.md and print them as a table.

    python -m tests.faults [r01 r05 ...] [--scale 0.1] [--json FILE]

All of them without names. Exit code 1 if one is not held.
"""

import argparse
import asyncio
import importlib
import json
import os
import platform
import signal
import sys
import textwrap
import time
from dataclasses import asdict
from pathlib import Path

from tests.faults.cases import CASES
from tests.faults.frame import Measure, Row


def main() -> int:
    arguments = _arguments()
    began = time.monotonic()
    print(
        f"{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()}", flush=True
    )
    rows = asyncio.run(_measure(arguments.cases or list(CASES), arguments.scale))
    print()
    show(rows)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    missed = [row for row in rows if not row.held]
    size = "" if arguments.scale == 1 else f", at {arguments.scale:g} of the full size"
    verdict = f"{len(missed)} of {len(rows)} not held" if missed else f"all {len(rows)} held"
    print(f"\n{verdict}, in {time.monotonic() - began:.0f} s{size}")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[[], *CASES], help="all without")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the requests")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too")
    return parser.parse_args()


async def _measure(names: list[str], scale: float) -> list[Row]:
    rows: list[Row] = []
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)  # gateways are ended on the way out
    for name in names:
        began = time.monotonic()
        measure: Measure = importlib.import_module(CASES[name]).measure
        try:
            found = await measure(scale)
        except Exception as error:  # one case that fails must not hide the others
            found = [Row(name.upper(), "could be measured", _causes(error), held=False)]
        mark = "held" if all(row.held for row in found) else "NOT HELD"
        print(f"{name}: {mark}, {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
        rows += found
    return rows


def _causes(error: BaseException) -> str:
    """What went wrong, in one line."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_causes(cause) for cause in error.exceptions)
    return " ".join(f"{type(error).__name__}: {error}".split())


def show(rows: list[Row]) -> None:
    """The table, in Markdown, so that it can be copied into a page."""
    print("| promise | wanted | measured | held |\n| --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row.promise} | {row.wanted} | {row.measured} | {'yes' if row.held else '**no**'} |")
    notes = [row for row in rows if row.note]
    if notes:
        print()
    for row in notes:
        print(textwrap.fill(f"* {row.promise}, {row.wanted}: {row.note}", 118, subsequent_indent="  "))


if __name__ == "__main__":
    sys.exit(main())
