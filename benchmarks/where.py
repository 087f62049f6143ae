"""Where the gateway's time goes, by room.

    make bench WHAT=where       # or: python -m benchmarks.where [--seconds 8] [--connections 16]

The load and the exchange of `make bench`. Shares are of CPU time; what they add up to is printed as microseconds a
request, which hold for this machine and this moment only. A room is a folder or module of proxy/, or of proxy/core/.
"""

import argparse
import collections
import json
import signal
import tempfile
from pathlib import Path

from benchmarks.bench import Rate, rate
from benchmarks.servers import Server, exchange
from harness.gateway import GatewayProcess

LEAST_SHARE = 0.005


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-where-") as directory:
        scratch = Path(directory)
        file = scratch / "samples.json"
        program = ("-m", "benchmarks.sampler", str(file))
        with (
            exchange(scratch) as upstream,
            GatewayProcess(upstream.url, scratch / "gateway", ca=upstream.ca, program=program) as running,
        ):
            peer = Server("gateway", running.pid, running.port, scratch, 0.0, 0.0)
            rate(peer, 4, 3.0)  # warm: the rules of diagnosis are loaded by then
            running.process.send_signal(signal.SIGVTALRM)
            measured = rate(peer, options.connections, options.seconds)
        show(json.loads(file.read_text()), measured)  # written at the end of the process


def room_of(module: str) -> str:
    """`proxy.upstream` of `proxy.upstream.pool`, `proxy.core.signing` of what is in there."""
    parts = module.split(".")
    if parts[0] != "proxy" or parts[1:2] == ["cli"]:  # whose last call is the one that runs the event loop
        return "the event loop, other libraries"
    return ".".join(parts[: 3 if parts[1:2] == ["core"] else 2])


def show(samples: dict[str, int], measured: Rate) -> None:
    whole = sum(samples.values())
    rooms: collections.Counter[str] = collections.Counter()
    for module, count in samples.items():
        rooms[room_of(module)] += count
    few = [room for room, count in rooms.items() if count < whole * LEAST_SHARE]
    if few:
        rooms[f"{len(few)} more, each under {LEAST_SHARE:.1%}"] = sum(rooms.pop(room) for room in few)
    print(f"{measured.load.answered} requests, {measured.cpu_us:.0f} us of CPU each, {whole} samples\n")
    for room, count in rooms.most_common():
        print(f"{count / whole * 100:5.1f} %  {count / whole * measured.cpu_us:6.1f} us  {room}")


if __name__ == "__main__":
    main()
