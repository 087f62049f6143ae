"""Where the gateway's time goes, by room: `python benchmarks/where.py [--seconds 8] [--connections 16]`.

The load and the exchange of `make bench`. Shares are of CPU time; what they add up to is printed as microseconds a
request, which hold for this machine and this moment only.
"""

import argparse
import collections
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.bench import SECRET, measure, peers, start  # noqa: E402
from tests.upstream.authority import Authority  # noqa: E402

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
        authority = Authority(scratch)
        authority.context()
        certificate = next(scratch.glob("server-*.pem"))
        exchange = subprocess.Popen(
            [sys.executable, str(HERE / "upstream.py"), str(certificate), SECRET], stdout=subprocess.PIPE
        )
        assert exchange.stdout is not None
        samples = scratch / "samples.json"
        os.environ["SAMPLES_FILE"] = str(samples)
        (gateway,) = peers(["gateway"], f"https://127.0.0.1:{int(exchange.stdout.readline())}", scratch)
        try:
            start(gateway, "", scratch, HERE / "sampler")
            assert gateway.process is not None
            measure(gateway, 4, 1.0)  # warm
            gateway.process.send_signal(signal.SIGVTALRM)
            result = measure(gateway, options.connections, options.seconds)
            gateway.process.terminate()
            gateway.process.wait(15)
        finally:
            exchange.terminate()
            exchange.wait(15)
        report(json.loads(samples.read_text()), result)


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
