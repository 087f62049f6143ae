"""What the live view costs: two gateways on terminals of their own, one with `-q`, in turns under the same load.

    make bench WHAT=terminal       # or: python -m benchmarks.terminal [--rounds N] [--seconds N] [--connections N]

Prints, for the view, for `-v` and for a view whose terminal takes nothing, requests a second and CPU a request beside
those of `-q` in the same round (medians of the rounds' ratios), the share of CPU that threads other than the event
loop's took, and how the gateway's memory grew over the rounds. A second `-q` shows what such a ratio is worth on this
machine now.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.load import Load
from benchmarks.servers import Exchange, exchange
from harness.gateway import ROOT
from harness.terminal import OnTerminal
from harness.usage import cpu_seconds, memory_kib

KINDS: Final = {"-q": ("-q",), "-q again": ("-q",), "view": (), "-v": ("-v",), "stopped": ()}
"""What is compared, with its options; the first is what the others are held against."""


class Round(msgspec.Struct):
    """What one gateway did in one round."""

    per_second: float
    cpu_us: float
    aside: float  # share of CPU outside of the event loop's thread
    p99_us: float
    rss_mib: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-bench-") as directory, ExitStack() as stack:
        upstream = stack.enter_context(exchange(Path(directory)))
        gateways = {kind: stack.enter_context(started(kind, upstream, Path(directory))) for kind in KINDS}
        for gateway in gateways.values():
            measured(gateway, options.connections, 1.0)  # warm
        gateways["stopped"].stop_reading()
        rounds: dict[str, list[Round]] = {kind: [] for kind in KINDS}
        for number in range(options.rounds):
            turn = list(KINDS) if number % 2 == 0 else list(KINDS)[::-1]
            for kind in turn:
                rounds[kind].append(measured(gateways[kind], options.connections, options.seconds))
        show(rounds, gateways)


def started(kind: str, upstream: Exchange, scratch: Path) -> OnTerminal:
    folder = scratch / f"on-{kind}"
    folder.mkdir()
    trust = {"SSL_CERT_FILE": str(upstream.ca)} if upstream.ca else {}
    return OnTerminal(upstream.url, folder, *KINDS[kind], environment=trust)


def measured(gateway: OnTerminal, connections: int, seconds: float) -> Round:
    """Ask it as fast as it answers. Ends the program unless every answer was 200."""
    before, aside_before = cpu_seconds(gateway.pid), aside_seconds(gateway.pid)
    port = gateway.url.rpartition(":")[2]
    command = [sys.executable, "-m", "benchmarks.load", port, str(connections), str(seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=seconds + 60, cwd=ROOT)
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


def show(rounds: dict[str, list[Round]], gateways: dict[str, OnTerminal]) -> None:
    base = rounds["-q"]
    heads = (
        "req/s",
        "x -q",
        "least",
        "most",
        "CPU us",
        "x -q",
        "aside %",
        "p99 us",
        "MiB",
        "grew MiB",
        "KiB shown",
    )
    print(f"{'':<9}{''.join(f'{head:>10}' for head in heads)}")
    for kind, rows in rounds.items():
        faster = [row.per_second / quiet.per_second for row, quiet in zip(rows, base, strict=True)]
        dearer = [row.cpu_us / quiet.cpu_us for row, quiet in zip(rows, base, strict=True)]
        half = len(rows) // 2
        grew = statistics.median(row.rss_mib for row in rows[half:]) - rows[0].rss_mib
        print(
            f"{kind:<9}{statistics.median(row.per_second for row in rows):>10.0f}"
            f"{statistics.median(faster):>10.3f}{min(faster):>10.2f}{max(faster):>10.2f}"
            f"{statistics.median(row.cpu_us for row in rows):>10.0f}{statistics.median(dearer):>10.3f}"
            f"{statistics.median(row.aside for row in rows) * 100:>10.1f}"
            f"{statistics.median(row.p99_us for row in rows):>10.0f}{rows[-1].rss_mib:>10.1f}{grew:>10.1f}"
            f"{gateways[kind].taken >> 10:>10}"
        )


if __name__ == "__main__":
    main()
