"""What going through the gateway costs, beside two peers, in one run.

    make bench                                   # or: python -m benchmarks.bench [--peers ...] [--rounds 3] [--seconds 4]

Each peer signs, forwards over HTTPS on loopback and logs the pair; the upstream verifies every signature. Rounds
are interleaved, medians are printed, and the ratios are to the naive proxy of the same run. The whole takes
under five minutes.
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.load import Load
from benchmarks.servers import PEERS, Server, exchange, serving
from harness.gateway import API_KEY, API_SECRET, ROOT
from harness.usage import cpu_seconds, memory_kib

BIG_PATH: Final = "/api/v3/exchangeInfo"
BIG_OCTETS: Final = 20 << 20
BIG_TIMES: Final = 6
CONNECTIONS: Final = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a peer did under some connections for some seconds, and what it took."""

    load: Load
    cpu_us: float  # a request
    rss_mib: float


@dataclass(frozen=True, slots=True)
class Stream:
    """What a peer made of a large public answer, some times in a row over one connection."""

    mib_per_second: float
    cpu_ms_per_mib: float
    more_mib: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-bench-") as directory, ExitStack() as stack:
        scratch = Path(directory)
        upstream = stack.enter_context(exchange(scratch))
        peers = [
            stack.enter_context(serving(name, upstream, scratch / name)) for name in options.peers.split(",")
        ]
        run(peers, options.rounds, options.seconds)


def run(peers: list[Server], rounds: int, seconds: float) -> None:
    """Rounds of everything, then the tables."""
    for peer in peers:
        rate(peer, 4, 1.0)  # warm
    rates: dict[int, dict[str, list[Rate]]] = {
        count: {peer.name: [] for peer in peers} for count in CONNECTIONS
    }
    streams: dict[str, list[Stream]] = {peer.name: [] for peer in peers}
    for number in range(rounds):
        for count in CONNECTIONS:
            for peer in peers:
                rates[count][peer.name].append(rate(peer, count, seconds))
        for peer in peers:
            streams[peer.name].append(stream(peer))
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    for count in CONNECTIONS:
        show_rates(f"{count} connection{'s' if count > 1 else ''}", rates[count])
    show_streams(streams)
    print()
    for peer in peers:
        kept = f"{leaks(peer.folder)} log files with key or secret"
        print(f"{peer.name:<12}first answer after {peer.wall:.2f} s, {kept}")


def rate(peer: Server, connections: int, seconds: float) -> Rate:
    """Ask it as fast as it answers. Ends the program unless every answer was 200: the figures are void."""
    before = cpu_seconds(peer.pid)
    command = [sys.executable, "-m", "benchmarks.load", str(peer.port), str(connections), str(seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=seconds + 60, cwd=ROOT)
    load = msgspec.json.decode(done.stdout, type=Load)
    spent = cpu_seconds(peer.pid) - before
    if load.other or not load.answered:
        sys.exit(
            f"{peer.name}: {load.other} of {load.other + load.answered} answers were not 200; the figures are void"
        )
    return Rate(load, spent / load.answered * 1e6, memory_kib(peer.pid) / 1024)


def stream(peer: Server) -> Stream:
    """Fetch the large answer. Ends the program if one was not whole."""
    before, busy, began = memory_kib(peer.pid), cpu_seconds(peer.pid), time.monotonic()
    octets, most = 0, before
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60)
    for _ in range(BIG_TIMES):
        connection.request("GET", BIG_PATH)
        answer = connection.getresponse()
        while piece := answer.read(1 << 16):
            octets += len(piece)
        most = max(most, memory_kib(peer.pid))
    connection.close()
    if octets != BIG_TIMES * BIG_OCTETS:
        sys.exit(f"{peer.name}: the large answer was not whole; the figures are void")
    mib, seconds = octets / (1 << 20), time.monotonic() - began
    return Stream(mib / seconds, (cpu_seconds(peer.pid) - busy) / mib * 1000, (most - before) / 1024)


def leaks(folder: Path) -> int:
    """Files of a peer's log that hold the key or the secret."""
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return sum(API_KEY.encode() in content or API_SECRET.encode() in content for content in contents)


def median[T](results: list[T], of: Callable[[T], float]) -> float:
    return statistics.median(map(of, results))


def show_rates(title: str, results: dict[str, list[Rate]]) -> None:
    base = results.get("naive") or next(iter(results.values()))
    usual_rate, usual_cost = median(base, lambda r: r.load.per_second), median(base, lambda r: r.cpu_us)
    heads = ("req/s", "x naive", "CPU us", "x naive", "p50 us", "p99 us", "RSS MiB")
    print(f"\n{title}\n{'peer':<12}{''.join(f'{head:>9}' for head in heads)}")
    for name, rows in results.items():
        per_second, cost = median(rows, lambda r: r.load.per_second), median(rows, lambda r: r.cpu_us)
        print(
            f"{name:<12}{per_second:>9.0f}{per_second / usual_rate:>9.2f}{cost:>9.0f}{cost / usual_cost:>9.2f}"
            f"{median(rows, lambda r: r.load.p50_us):>9.0f}{median(rows, lambda r: r.load.p99_us):>9.0f}"
            f"{median(rows, lambda r: r.rss_mib):>9.1f}"
        )


def show_streams(results: dict[str, list[Stream]]) -> None:
    base = results.get("naive") or next(iter(results.values()))
    usual = median(base, lambda s: s.mib_per_second)
    print(f"\nan answer of {BIG_OCTETS >> 20} MiB")
    print(f"{'peer':<12}{'MiB/s':>9}{'x naive':>9}{'CPU ms/MiB':>12}{'more MiB':>10}")
    for name, rows in results.items():
        per_second = median(rows, lambda s: s.mib_per_second)
        print(
            f"{name:<12}{per_second:>9.0f}{per_second / usual:>9.2f}"
            f"{median(rows, lambda s: s.cpu_ms_per_mib):>12.2f}{median(rows, lambda s: s.more_mib):>10.1f}"
        )


if __name__ == "__main__":
    main()
