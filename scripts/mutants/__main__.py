"""`make mutants`: faults are put into copies of the tree, and the tests of each room are asked whether they notice.

Exit code 1 if a room notices less than 95 % (known harmless faults left out) or a fault by hand lives, 2 if nothing
could be judged.
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from scripts.mutants import report
from scripts.mutants.draw import File, draw_room
from scripts.mutants.faults import Fault, Mark
from scripts.mutants.judge import BaselineError, Bench, Result
from scripts.mutants.rooms import Part, load_rooms
from scripts.mutants.tables import Known, load_named
from scripts.mutants.trees import python_of

HERE = Path(__file__).resolve().parent
SEED = 1
COUNT = 60
SAMPLE_COUNT = 2
SAMPLE_WANTED = 85.0
"""A sample is small: one fault more or less is three percent of it."""
SAMPLE_SECONDS = 120.0
"""For the tests on one fault; what they take without one was seen a moment ago, when `make test` ran them."""


def main(arguments: list[str] | None = None) -> int:
    chosen = _arguments(arguments)
    try:
        return _run(chosen)
    except (BaselineError, ValueError) as failed:  # of a table: a file was moved, a text was changed
        print(failed)
        return 2


def _run(chosen: argparse.Namespace) -> int:
    tree, began = chosen.tree.resolve(), time.monotonic()
    parts = [part for part in load_rooms(chosen.rooms, tree) if not chosen.room or part.room in chosen.room]
    files = [File(path, tree, part) for part in parts for path in part.code]
    named = load_named(chosen.named, files, partly=bool(chosen.room))
    known = Known.load(chosen.known)
    faults = [*named, *map(known.apply, [] if chosen.named_only else _drawn(chosen, parts, tree))]
    if chosen.sample:
        faults = [fault for fault in faults if not fault.known]
    bench = Bench(
        tree,
        chosen.python or python_of(tree),
        chosen.workers,
        _tell,
        SAMPLE_SECONDS if chosen.sample else None,
    )
    gone = [] if chosen.room else known.gone(files)
    return _report(chosen, bench.judge(faults), gone, time.monotonic() - began)


def _drawn(chosen: argparse.Namespace, parts: Sequence[Part], tree: Path) -> list[Fault]:
    """The faults of all rooms, each room drawn by itself."""
    rooms: dict[str, list[Part]] = {}
    for part in parts:
        rooms.setdefault(part.room, []).append(part)
    count = chosen.count or (SAMPLE_COUNT if chosen.sample else COUNT)
    draw = partial(draw_room, tree=tree, seed=chosen.seed, count=count)
    with ExitStack() as stack:
        side_by_side = chosen.workers > 1 and len(rooms) > 1
        pool = stack.enter_context(ProcessPoolExecutor(chosen.workers)) if side_by_side else None
        by_room = list((pool.map if pool else map)(draw, rooms.values()))
    drawn = [fault for _, of_room in by_room for fault in of_room]
    possible = sum(possible for possible, _ in by_room)
    print(f"seed {chosen.seed}: {len(drawn)} faults drawn of {possible:,} possible ones", flush=True)
    return drawn


def _report(chosen: argparse.Namespace, results: list[Result], gone: list[Mark], took: float) -> int:
    print(*report.table(results), sep="\n")
    for title, lines in (
        ("These faults live:", list(report.survivors(results))),
        ("These live, and may:", list(report.known(results))),
        ("These were noticed because the tests did not end:", list(report.hung(results))),
        ("Reasons in known.toml that are stale:", list(report.stale(results, gone))),
    ):
        if lines:
            print("", title, *lines, sep="\n")
    print(f"\n{len(results)} faults in {took / 60:.1f} min with {chosen.workers} workers")
    if chosen.survivors:
        chosen.survivors.write_text(report.as_toml(results))
    short = [] if chosen.sample else report.short_rooms(results)
    if short:
        print(f"under {report.WANTED:.0f} %: {', '.join(short)}")
    by_hand = report.Count.of(result for result in results if result.fault.name)
    drawn = report.Count.of(result for result in results if not result.fault.name)
    return 1 if short or by_hand.survived or (chosen.sample and drawn.percent < SAMPLE_WANTED) else 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--room", action="append", default=[], help="this room only; may be given again")
    parser.add_argument(
        "--count", type=int, help=f"faults drawn a room ({COUNT}; of a sample {SAMPLE_COUNT})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the draw (%(default)s)")
    parser.add_argument("--named-only", action="store_true", help="the faults by hand, none drawn")
    parser.add_argument(
        "--sample", action="store_true", help="a few of each room and all by hand: two minutes"
    )
    parser.add_argument("--workers", type=int, default=2, help="side by side (%(default)s)")
    parser.add_argument(
        "--survivors", type=Path, help="write those that live to this file, as entries of known.toml"
    )
    parser.add_argument(
        "--tree", type=Path, default=HERE.parents[1], help="the tree to judge; it is only read"
    )
    parser.add_argument("--python", type=Path, help="what runs its tests (its own .venv)")
    for table in ("rooms", "named", "known"):
        parser.add_argument(
            f"--{table}", type=Path, default=HERE / f"{table}.toml", help="instead of our own table"
        )
    return parser.parse_args(arguments)


def _stop(*_: object) -> None:
    """Asked to end: what was started ends too, and the copies go."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())
