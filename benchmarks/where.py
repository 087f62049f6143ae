"""Where the gateway's time goes, by room: `python benchmarks/where.py [--seconds 8] [--connections 16]`.

The load and the exchange of `make bench`. Shares are of CPU time; what they add up to is printed as microseconds a
request, which hold for this machine and this moment only.
"""

import argparse
import collections
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.bench import Peer, exchange, measure, peers, start, stop  # noqa: E402

ROOMS = (
    ("upstream: to Binance and back, with TLS and the kernel", ("proxy.upstream",)),
    ("server: the client's connection, with the kernel", ("proxy.server", "proxy.listener")),
    ("redaction", ("proxy.core.redaction",)),
    ("journal and recorder", ("proxy.journal", "proxy.recorder", "proxy.doctor", "proxy.clients.check")),
    ("signing", ("proxy.core.signing", "proxy.core.secret")),
    ("clock", ("proxy.clock", "proxy.local_clock")),
    ("guard, catalogue, routing", ("proxy.core.guard", "proxy.core.catalogue", "proxy.core.routing", "proxy.clients")),
    ("holds, budget, coalescing", ("proxy.outlet", "proxy.budget", "proxy.holds", "proxy.coalescing", "proxy.core.backoff")),
    ("pipeline, gate, relay, headers", ("proxy.pipeline", "proxy.gate", "proxy.relay", "proxy.core", "proxy.switch")),
)  # fmt: skip


def room_of(module: str) -> str:
    for room, beginnings in ROOMS:
        if any(module == one or module.startswith(f"{one}.") for one in beginnings):
            return room
    return "everything else: the loop, other modules"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-where-") as directory:
        scratch = Path(directory)
        samples = scratch / "samples.json"
        os.environ["SAMPLES_FILE"] = str(samples)
        with exchange(scratch) as upstream:
            measured = peers(["gateway"], upstream, scratch)
            try:
                result = sampled(measured[0], scratch, upstream, options.connections, options.seconds)
            finally:
                stop(measured)  # the sampler writes at the end of its process
        report(json.loads(samples.read_text()), result)


def sampled(gateway: Peer, scratch: Path, upstream: str, connections: int, seconds: float) -> dict:
    start(gateway, upstream, scratch, HERE / "sampler")
    assert gateway.process is not None
    measure(gateway, 4, 3.0)  # warm: the rules of diagnosis are loaded by then
    gateway.process.send_signal(signal.SIGVTALRM)
    return measure(gateway, connections, seconds)


def report(samples: dict[str, int], result: dict) -> None:
    whole = sum(samples.values())
    rooms: collections.Counter[str] = collections.Counter()
    for module, count in samples.items():
        rooms[room_of(module)] += count
    print(f"{result['answered']} requests, {result['cpu_us']:.0f} us of CPU each, {whole} samples\n")
    for room, count in rooms.most_common():
        print(f"{count / whole * 100:5.1f} %  {count / whole * result['cpu_us']:6.1f} us  {room}")


if __name__ == "__main__":
    main()
