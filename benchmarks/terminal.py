"""What the live view costs: gateways on terminals of their own, two at a time under the same load, one of them with `-q`.

    make bench WHAT=terminal       # or: python -m benchmarks.terminal [--rounds N] [--seconds N] [--connections N]

Prints, for the view, for `-v` and for a view whose terminal takes nothing, requests a second and CPU a request beside
those of the `-q` that ran in the same moment, so that the machine's moods are the same for both (medians of the
rounds' ratios); the share of CPU that threads other than the event loop's took; and how the gateway's memory grew over
the rounds. A second `-q` shows what such a ratio is worth on this machine now.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.load import Load
from benchmarks.servers import Exchange, exchange
from harness.gateway import ROOT
from harness.terminal import OnTerminal
from harness.usage import cpu_seconds, memory_kib

QUIET: Final = "-q"
KINDS: Final = {QUIET: ("-q",), "-q again": ("-q",), "view": (), "-v": ("-v",), "stopped": ()}
"""What is compared, with its options; the first is what the others are held against."""


class Round(msgspec.Struct):
    """What one gateway did in one round."""

    per_second: float
    cpu_us: float
    aside: float  # share of CPU outside of the event loop's thread
    p99_us: float
    rss_mib: float


class Pair(msgspec.Struct):
    """A gateway and the quiet one in the same seconds."""

    one: Round
    quiet: Round


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-bench-") as directory, ExitStack() as stack:
        upstream = stack.enter_context(exchange(Path(directory)))
        gateways = {kind: stack.enter_context(started(kind, upstream, Path(directory))) for kind in KINDS}
        for gateway in gateways.values():
            measured(gateway, options)  # warm
        gateways["stopped"].stop_reading()
        pairs: dict[str, list[Pair]] = {kind: [] for kind in KINDS if kind != QUIET}
        for number in range(options.rounds):
            for kind, done in pairs.items():
                both = (gateways[kind], gateways[QUIET])[:: 1 if number % 2 else -1]
                with ThreadPoolExecutor() as pool:
                    of = dict(zip(both, pool.map(lambda one: measured(one, options), both), strict=True))
                done.append(Pair(of[gateways[kind]], of[gateways[QUIET]]))
        show(pairs, gateways)


def started(kind: str, upstream: Exchange, scratch: Path) -> OnTerminal:
    folder = scratch / f"on-{kind}"
    folder.mkdir()
    trust = {"SSL_CERT_FILE": str(upstream.ca)} if upstream.ca else {}
    return OnTerminal(upstream.url, folder, *KINDS[kind], environment=trust)


def measured(gateway: OnTerminal, options: argparse.Namespace) -> Round:
    """Ask it as fast as it answers. Ends the program unless every answer was 200."""
    before, aside_before = cpu_seconds(gateway.pid), aside_seconds(gateway.pid)
    port = gateway.url.rpartition(":")[2]
    command = [sys.executable, "-m", "benchmarks.load", port, str(options.connections), str(options.seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=options.seconds + 60, cwd=ROOT)
    load = msgspec.json.decode(done.stdout, type=Load)
    if load.other or not load.answered:
        sys.exit(f"{load.other} of {load.other + load.answered} answers were not 200; the figures are void")
    spent, aside = cpu_seconds(gateway.pid) - before, aside_seconds(gateway.pid) - aside_before
    cpu_us = spent / load.answered * 1e6
    return Round(load.per_second, cpu_us, aside / spent, load.p99_us, memory_kib(gateway.pid) / 1024)


def aside_seconds(pid: int) -> float:
    """Processor time of all threads but the first, which runs the event loop."""
    threads = (folder for folder in Path(f"/proc/{pid}/task").iterdir() if folder.name != str(pid))
    return sum(int((folder / "schedstat").read_text().split()[0]) for folder in threads) / 1e9


def show(pairs: dict[str, list[Pair]], gateways: dict[str, OnTerminal]) -> None:
    heads = ("req/s", "x -q", "CPU us", "x -q", "aside %", "p99 us", "x -q", "MiB", "grew MiB", "KiB shown")
    print(f"{'':<9}{''.join(f'{head:>10}' for head in heads)}")
    for kind, done in pairs.items():
        rows = [pair.one for pair in done]
        grew = statistics.median(row.rss_mib for row in rows[len(rows) // 2 :]) - rows[0].rss_mib
        print(
            f"{kind:<9}{statistics.median(row.per_second for row in rows):>10.0f}"
            f"{ratio(done, lambda row: row.per_second):>10.3f}"
            f"{statistics.median(row.cpu_us for row in rows):>10.0f}"
            f"{ratio(done, lambda row: row.cpu_us):>10.3f}"
            f"{statistics.median(row.aside for row in rows) * 100:>10.1f}"
            f"{statistics.median(row.p99_us for row in rows):>10.0f}"
            f"{ratio(done, lambda row: row.p99_us):>10.3f}"
            f"{rows[-1].rss_mib:>10.1f}{grew:>10.1f}{gateways[kind].taken >> 10:>10}"
        )


def ratio(pairs: list[Pair], of: Callable[[Round], float]) -> float:
    """Median over the rounds of one beside the quiet one."""
    return statistics.median(of(pair.one) / of(pair.quiet) for pair in pairs)


if __name__ == "__main__":
    main()
