"""What a day limit adds to a request, and how long it holds the event loop: wall microseconds on this disk.

    make bench WHAT=policy       # or: python -m benchmarks.policy [--requests N] [--gateways N] [--pause MS]

A request takes, is marked as sent, and settles: three transactions. With several gateways they share the file and
compete for it, each as fast as it can, which no real load does: then no checkpoint comes to the end of the log, and SQLite
moves it by itself at the end of a step, with two calls of fsync. `--pause` lets them rest between requests.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from proxy.clients.day_ledger import DayLedger, Share
from proxy.clients.once import OnceRegister
from proxy.clients.policy_file import PolicyFile

STEPS = ("take", "mark_sent", "settle", "claim", "together")
SHARES = (Share("line", "quantity", Decimal("0.001"), Decimal(10**9)),)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--gateways", type=int, default=2)
    parser.add_argument("--directory", type=Path, help="On which disk; default: that of temporary files.")
    parser.add_argument("--pause", type=float, default=0.0, help="Milliseconds between two requests.")
    options = parser.parse_args()
    for gateways in (1, options.gateways):
        with tempfile.TemporaryDirectory(dir=options.directory) as folder:
            others = [
                subprocess.Popen(
                    [sys.executable, "-c", f"from benchmarks.policy import *; keep_busy({folder!r})"]
                )
                for _ in range(gateways - 1)
            ]
            try:
                time.sleep(0.5 if others else 0)
                report(gateways, measure(Path(folder), options.requests, options.pause / 1000))
            finally:
                for other in others:
                    other.kill()
                    other.wait()


def report(gateways: int, taken: dict[str, list[float]]) -> None:
    print(f"{gateways} gateway(s), us         median      p99      worst")
    for step in STEPS:
        sizes = sorted(taken[step])
        print(
            f"  {step:20} {statistics.median(sizes):12.0f} {sizes[len(sizes) * 99 // 100]:8.0f} {sizes[-1]:10.0f}"
        )


def measure(directory: Path, requests: int, pause_seconds: float = 0.0) -> dict[str, list[float]]:
    """Microseconds of each step, for so many requests one after another."""
    file = PolicyFile(directory)
    ledger, once = DayLedger(file), OnceRegister(file)
    taken: dict[str, list[float]] = {step: [] for step in STEPS}
    now_ms = time.time_ns() // 1_000_000

    def timed[T](step: str, call: Callable[..., T], *arguments: Any) -> T:
        began = time.perf_counter()
        result = call(*arguments)
        taken[step].append((time.perf_counter() - began) * 1e6)
        return result

    for number in range(requests):
        time.sleep(pause_seconds)
        name, order = f"{file.owner}-{number:x}", f"{int(file.owner, 16)}{number}"
        one = timed("take", ledger.take, "bot", name, [SHARES], now_ms)
        assert one is not None
        timed("mark_sent", file.mark_sent, name)
        timed("settle", ledger.settle, one)
        taken["together"].append(sum(taken[step][-1] for step in STEPS[:3]))
        timed("claim", once.claim, "releaseCoin", "main", order, name, now_ms)
    file.close()
    return taken


def keep_busy(directory: str) -> None:
    """Another gateway, for ever."""
    while True:
        measure(Path(directory), 1000)


if __name__ == "__main__":
    main()
