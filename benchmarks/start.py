"""How long a start takes: from the start of the process to the first answer through it.

    make bench WHAT=start       # or: python -m benchmarks.start [--starts 9] [--verbs] [--against CHECKOUT]

The gateway, the naive proxy of `peers/` and a bare `import aiohttp.web` are started in turns against one upstream
on loopback (plain HTTP, so that certificate stores play no part beyond what each reads by itself). Medians are
printed, and the gateway's ratio to the other two in the same run. CPU is user + system time of the process up to
the first answer: it varies less than the clock on the wall where a machine has other things to do. With `--verbs`
the short commands are measured too, from start to exit; with `--against` the gateway of another checkout as well (it must
be compiled as this one is: `python -m compileall -q proxy` there).
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from benchmarks.servers import Exchange, serving
from harness.gateway import ROOT, variables
from harness.usage import memory_kib

REST_SECONDS: Final = 0.5
"""After its first answer, until the memory of a server is looked at."""
BARE: Final = {"python -c pass": ["-c", "pass"], "import aiohttp.web": ["-c", "import aiohttp.web"]}
NOBODY: Final = "127.0.0.1:9"
VERBS: Final[dict[str, tuple[list[str], tuple[int, ...]]]] = {
    "--version": (["--version"], (0,)),
    "healthcheck": (["healthcheck", "--admin", NOBODY], (1,)),
    "logs": (["logs", "--journal", "journal"], (0,)),
    "sign": (["sign", "/api/v3/account"], (0,)),
    "explain": (["explain", "curl http://127.0.0.1:8180/api/v3/account?timestamp=1"], (0, 1)),
}
"""The short commands, and the exit codes that are right for them here."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds on the wall, CPU seconds, and MiB resident (0 where the process has ended)."""

    wall: float
    cpu: float
    rss: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--verbs", action="store_true")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT")
    options = parser.parse_args()
    with upstream() as exchange, tempfile.TemporaryDirectory(prefix="signing-proxy-start-") as directory:
        starts = contestants(exchange, Path(directory), with_verbs=options.verbs, against=options.against)
        found: dict[str, list[Start]] = {name: [] for name in starts}
        for number in range(options.starts + 1):
            for name, start in starts.items():
                one = start()
                if number:  # the first round warms the disk cache
                    found[name].append(one)
        report(found)


class Handler(BaseHTTPRequestHandler):
    """Answers the time and anything else with 200."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, or the second waits for an acknowledgement

    def do_GET(self) -> None:
        body = b'{"serverTime":%d}' % (time.time() * 1000)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def upstream() -> Iterator[Exchange]:
    """An exchange that answers at once."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Exchange(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()


def contestants(
    exchange: Exchange, scratch: Path, *, with_verbs: bool, against: Path | None
) -> dict[str, Callable[[], Start]]:
    (scratch / "journal").mkdir()
    verbs = {name: (["-m", "proxy", *line], codes) for name, (line, codes) in VERBS.items()}
    commands = {name: (line, (0,)) for name, line in BARE.items()} | (verbs if with_verbs else {})
    other = {} if against is None else {f"gateway, {against.name}": against.resolve()}
    return {
        "gateway": partial(to_first_answer, "gateway", exchange, scratch),
        **{
            name: partial(to_first_answer, "gateway", exchange, scratch, path) for name, path in other.items()
        },
        "naive proxy": partial(to_first_answer, "naive", exchange, scratch),
        **{name: partial(to_exit, line, codes, scratch) for name, (line, codes) in commands.items()},
    }


def to_first_answer(name: str, exchange: Exchange, scratch: Path, checkout: Path = ROOT) -> Start:
    folder = Path(tempfile.mkdtemp(dir=scratch)) / name
    with serving(name, exchange, folder, checkout) as server:
        time.sleep(REST_SECONDS)
        return Start(server.wall, server.cpu, memory_kib(server.pid) / 1024)


def to_exit(line: list[str], codes: tuple[int, ...], scratch: Path) -> Start:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *line],
        env={**variables(scratch), "PYTHONPATH": str(ROOT)},
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
    )
    wall = time.perf_counter() - began
    if done.returncode not in codes:
        sys.exit(f"{line[:4]} ended with {done.returncode}: {done.stderr[-500:].decode()}")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
    return Start(wall, cpu, 0.0)


def report(found: dict[str, list[Start]]) -> None:
    def median(starts: list[Start], of: Callable[[Start], float]) -> float:
        return statistics.median(map(of, starts))

    gateway = median(found["gateway"], lambda one: one.cpu)
    print(f"{'':<22}{'wall ms':>9}{'fastest':>9}{'CPU ms':>9}{'gateway/it':>12}{'RSS MiB':>9}")
    for name, starts in found.items():
        cpu, rss = median(starts, lambda one: one.cpu), median(starts, lambda one: one.rss)
        print(
            f"{name:<22}{median(starts, lambda one: one.wall) * 1000:>9.0f}"
            f"{min(start.wall for start in starts) * 1000:>9.0f}{cpu * 1000:>9.0f}{gateway / cpu:>12.2f}"
            f"{f'{rss:9.1f}' if rss else ''}"
        )
    print(f"gateway/it is the ratio of CPU times; RSS is taken {REST_SECONDS} s after the first answer")


if __name__ == "__main__":
    main()
