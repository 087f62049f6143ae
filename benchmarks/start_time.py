"""How long a start takes: from the start of the process to the first answer through it.

    python benchmarks/start_time.py [--starts 9] [--verbs]

The gateway, the naive proxy of `peers/` and a bare `import aiohttp.web` are started in turns against one upstream
on loopback (plain HTTP, so that certificate stores play no part beyond what each reads by itself). Medians are
printed, and the gateway's ratio to the other two in the same run. CPU is user + system time of the process up to
the first answer: it varies less than the clock on the wall where a machine has other things to do. With `--verbs`
the short commands are measured too, from start to exit.
"""

import argparse
import http.client
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = sys.executable
KEY, SECRET = "testbenchkey" + "0" * 52, "testbenchsecret" + "0" * 49
LONGEST = 30.0
BARE = {"python -c pass": [PYTHON, "-c", "pass"], "import aiohttp.web": [PYTHON, "-c", "import aiohttp.web"]}


class Exchange(BaseHTTPRequestHandler):
    """Answers the time and anything else with 200."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, or the second waits for an acknowledgement
    body: ClassVar[bytes] = b'{"serverTime":%d}'

    def do_GET(self) -> None:
        body = self.body % (time.time() * 1000)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@dataclass(frozen=True)
class Start:
    """One start: seconds on the wall, CPU seconds, and MiB resident (0 where the process has ended)."""

    wall: float
    cpu: float
    rss: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(port: int, upstream: str, scratch: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PORT": str(port),
        "UPSTREAM_URL": upstream,
        "API_KEY": KEY,
        "API_SECRET": SECRET,
        "BINANCE_API_KEY": KEY,
        "BINANCE_API_SECRET": SECRET,
        "LOG_FILE": str(scratch / "pairs.log"),
    }


def gateway_command(port: int, upstream: str, scratch: Path) -> list[str]:
    return [
        *(PYTHON, "-m", "proxy", "run", "--listen", f"127.0.0.1:{port}", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", upstream, "--journal", str(scratch / "journal")),
    ]


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads, in nanoseconds where the kernel counts them, in ticks elsewhere."""
    try:
        spent = [int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(spent) / 1e9
    except OSError:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def first_answer(command: list[str], port: int, settings: dict[str, str], *, after: float) -> Start:
    """Start a server, ask until it answers; `after` seconds later look at its memory, and end it."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - began < LONGEST:
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/api/v3/account")
                status = connection.getresponse().status
                wall, cpu = time.perf_counter() - began, cpu_seconds(process.pid)
                if status != 200:
                    sys.exit(f"the first answer has status {status}")
                time.sleep(after)
                return Start(wall, cpu, rss_mib(process.pid))
            if process.poll() is not None:
                sys.exit(f"{command[:4]} ended before it answered")
            time.sleep(0.002)
        sys.exit(f"{command[:4]} did not answer")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def to_exit(command: list[str], settings: dict[str, str], codes: tuple[int, ...] = (0,)) -> Start:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        command,
        env=settings,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
    )
    wall = time.perf_counter() - began
    if done.returncode not in codes:
        sys.exit(f"{command[:5]} ended with {done.returncode}: {done.stderr[-500:].decode()}")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
    return Start(wall, cpu, 0.0)


def verbs(scratch: Path) -> dict[str, tuple[list[str], tuple[int, ...]]]:
    """The short commands, and the exit codes that are right for them here."""
    journal = scratch / "journal"
    words = {
        "--version": (["--version"], (0,)),
        "healthcheck": (["healthcheck", "--admin", f"127.0.0.1:{free_port()}"], (1,)),
        "logs": (["logs", "--journal", str(journal)], (0,)),
        "sign": (["sign", "/api/v3/account"], (0,)),
        "explain": (["explain", "curl http://127.0.0.1:8180/api/v3/account?timestamp=1"], (0, 1)),
    }
    return {name: ([PYTHON, "-m", "proxy", *line], codes) for name, (line, codes) in words.items()}


def contestants(upstream: str, scratch: Path, *, with_verbs: bool) -> dict[str, Callable[[], Start]]:
    settings = environment(0, upstream, scratch)

    def server(command: Callable[[int], list[str]], after: float) -> Callable[[], Start]:
        def start() -> Start:
            port = free_port()
            return first_answer(command(port), port, environment(port, upstream, scratch), after=after)

        return start

    made: dict[str, Callable[[], Start]] = {
        "gateway": server(lambda port: gateway_command(port, upstream, scratch), 0.5),
        "naive proxy": server(lambda _port: [PYTHON, str(HERE / "peers" / "naive.py")], 0.0),
        **{name: lambda line=line: to_exit(line, settings) for name, line in BARE.items()},
    }
    if with_verbs:
        for name, (line, codes) in verbs(scratch).items():
            made[name] = lambda line=line, codes=codes: to_exit(line, settings, codes)
    return made


def report(found: dict[str, list[Start]]) -> None:
    medians = {
        name: Start(
            *(statistics.median(getattr(one, what) for one in starts) for what in ("wall", "cpu", "rss"))
        )
        for name, starts in found.items()
    }
    gateway = medians["gateway"]
    print(f"{'':<22}{'wall ms':>9}{'fastest':>9}{'CPU ms':>9}{'gateway/it':>12}{'RSS MiB':>9}")
    for name, one in medians.items():
        fastest = min(start.wall for start in found[name])
        rss = f"{one.rss:9.1f}" if one.rss else ""
        print(
            f"{name:<22}{one.wall * 1000:>9.0f}{fastest * 1000:>9.0f}{one.cpu * 1000:>9.0f}"
            f"{gateway.cpu / one.cpu:>12.2f}{rss}"
        )
    print(
        "gateway/it is the ratio of CPU times; RSS of the gateway is taken half a second after its first answer"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--verbs", action="store_true")
    options = parser.parse_args()
    exchange = ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
    threading.Thread(target=exchange.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-start-") as directory:
        upstream = f"http://127.0.0.1:{exchange.server_port}"
        starts = contestants(upstream, Path(directory), with_verbs=options.verbs)
        found: dict[str, list[Start]] = {name: [] for name in starts}
        for number in range(options.starts + 1):
            for name, start in starts.items():
                one = start()
                if number:  # the first round warms the disk cache
                    found[name].append(one)
        report(found)
    exchange.shutdown()


if __name__ == "__main__":
    main()
