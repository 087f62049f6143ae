"""What the chain of the journal costs: a line, a request, and what other hashes would take.

    make bench WHAT=chain       # or: python -m benchmarks.chain [--rounds N] [--seconds N] [--lines N]

First the hashes of the standard library over lines of usual lengths. Then the writer with a chain and without one, in
rounds that take turns, over the same lines. Then the gateway itself, with a chain and without one, in rounds that take
turns: processor time a request under the load of `make bench`. The share that counts is the writer's difference
of a request's time: two gateways differ by more than it from one round to the next. Last, where valgrind is installed,
the instructions of both (two minutes); it has no SHA instructions of the processor, so that hashing is dearer there.
"""

import argparse
import gc
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from unittest import mock

from benchmarks.bench import rate
from benchmarks.instructions import Work, counted, thousands
from benchmarks.load import REQUEST
from benchmarks.redaction import KINDS, SECRET
from benchmarks.servers import Exchange, Server, exchange
from harness.gateway import ROOT, GatewayProcess
from proxy.core.redaction import RedactedFlow, Redactor
from proxy.core.settings import JournalSettings
from proxy.journal import Journal
from proxy.journal.line_file import LineFile
from proxy.runtime.clock import LocalClock

HASHES: Final = ("sha256", "blake2b", "blake2s", "sha512", "sha3_256")
LENGTHS: Final = (300, 1000, 2000)
WITHOUT: Final = """
import proxy.journal.writer as writer
from proxy.journal.line_file import LineFile
writer.LineFile = lambda directory, octets, *_: LineFile(directory, octets)
from proxy.__main__ import main
raise SystemExit(main())
"""
"""A gateway whose journal is no chain. There is no switch for that: this is the only one."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--lines", type=int, default=20_000)
    options = parser.parse_args()
    show_hashes()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-chain-") as directory:
        scratch = Path(directory)
        added = show_writer(scratch, options.lines, options.rounds)
        with exchange(scratch) as upstream:
            show_requests(upstream, scratch, options.rounds, options.seconds, added)
            if shutil.which("valgrind") is not None:
                show_instructions(upstream, scratch)


def show_hashes() -> None:
    """Microseconds of processor time for one line, the least of some rounds."""
    print(f"{'us a line of':<14}" + "".join(f"{length:>10}" for length in LENGTHS) + "  octets")
    for name in HASHES:
        make = getattr(hashlib, name)
        print(f"{name:<14}" + "".join(f"{least(make, os.urandom(length + 44)):>10.2f}" for length in LENGTHS))


def least(make: Callable[..., "hashlib._Hash"], octets: bytes, times: int = 5000) -> float:
    found: list[float] = []
    for _ in range(9):
        began = time.process_time_ns()
        for _ in range(times):
            make(octets).digest()
        found.append((time.process_time_ns() - began) / times / 1000)
    return min(found)


def show_writer(scratch: Path, lines: int, rounds: int) -> float:
    """What the chain adds to a record, links, checkpoints and first lines of files together, in microseconds."""
    redactor = Redactor(b"benchmark's tag key of 32 octets", [SECRET])
    print(f"\nus a record, written {lines} at a time    without     with     more")
    added = 0.0
    for name, make in KINDS.items():
        record = redactor.redact(make(1))
        taken: dict[bool, list[float]] = {False: [], True: []}
        for number in range(2 * rounds):
            chained = bool(number % 2)
            taken[chained].append(
                written(scratch / f"{name.replace(' ', '-')}-{number}", record, lines, chained=chained)
            )
        without, with_chain = min(taken[False]), min(taken[True])
        print(
            f"{name:<34} {without:>12.2f} {with_chain:>8.2f} {with_chain - without:>8.2f}  ({len(record.line)} octets)"
        )
        if name == "GET account, same answer":  # what the load asks for
            added = with_chain - without
    return added


def written(directory: Path, record: RedactedFlow, lines: int, *, chained: bool) -> float:
    with ExitStack() if chained else unchained():
        settings = JournalSettings(directory=str(directory))
        journal = Journal(settings, LocalClock(), later=lambda _seconds, _act: None)
        _ = journal.chain_key.public  # what is loaded once counts for no line
        gc.collect()
        began = time.process_time_ns()
        for _ in range(lines):
            journal.record(record)
        journal.close()
        return (time.process_time_ns() - began) / lines / 1000


def unchained() -> AbstractContextManager[object]:
    return mock.patch(
        "proxy.journal.writer.LineFile", lambda directory, octets, *_: LineFile(directory, octets)
    )


def show_requests(upstream: Exchange, scratch: Path, rounds: int, seconds: float, added: float) -> None:
    with ExitStack() as stack:
        peers = [
            stack.enter_context(gateway("with a chain", upstream, scratch / "with")),
            stack.enter_context(gateway("without", upstream, scratch / "without", "-c", WITHOUT)),
        ]
        for peer in peers:
            rate(peer, 16, seconds)  # warm
        taken: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for number in range(rounds):
            for peer in peers if number % 2 else peers[::-1]:
                taken[peer.name].append(rate(peer, 16, seconds).cpu_us)
            print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    print("\nus of processor time a request, 16 connections")
    for name, found in taken.items():
        print(
            f"{name:<14} least {min(found):6.1f}, median {statistics.median(found):6.1f}   {' '.join(f'{one:.0f}' for one in found)}"
        )
    request = min(taken["without"])
    ratios = [one / other - 1 for one, other in zip(taken["with a chain"], taken["without"], strict=True)]
    print(f"gateway against gateway: {statistics.median(ratios):+.1%} (median of {rounds} rounds)")
    print(
        f"the chain is {added / request:.1%} of a request: {added:.2f} of {request:.1f} us, the least of both"
    )


def show_instructions(upstream: Exchange, scratch: Path) -> None:
    print("\nthousand instructions a request, by valgrind")
    with ThreadPoolExecutor(2) as both:
        for name, work in (
            ("with a chain", Work(REQUEST)),
            ("without", Work(REQUEST, program=("-c", WITHOUT))),
        ):
            print(
                f"{name:<14} {thousands(both, partial(counted, ROOT, upstream, scratch, work)):7.1f}",
                flush=True,
            )


@contextmanager
def gateway(name: str, upstream: Exchange, folder: Path, *program: str) -> Iterator[Server]:
    with GatewayProcess(upstream.url, folder, ca=upstream.ca, program=program or ("-m", "proxy")) as running:
        yield Server(name, running.pid, running.port, folder, 0.0, 0.0)


if __name__ == "__main__":
    main()
