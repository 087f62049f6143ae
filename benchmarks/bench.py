"""What going through the gateway costs, beside two peers, in one run: `make bench`.

Each peer signs, forwards over HTTPS on loopback and logs the pair; the upstream verifies every signature. Rounds
are interleaved, medians are printed, and the ratios are to the naive proxy of the same run. The whole takes
under five minutes. Needs the development environment (`make setup`).
"""

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from harness.authority import Authority  # noqa: E402

KEY, SECRET = "testbenchkey" + "0" * 52, "testbenchsecret" + "0" * 49
BIG_PATH, BIG_OCTETS = "/api/v3/exchangeInfo", 20 << 20
SCENARIOS = {"1 connection": 1, "16 connections": 16, "64 connections": 64}


@dataclass
class Peer:
    name: str
    command: list[str]
    port: int
    journal: Path
    process: subprocess.Popen | None = None
    results: dict[str, list[dict]] = field(default_factory=dict)
    start_seconds: float = 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peers(wanted: list[str], upstream: str, scratch: Path) -> list[Peer]:
    python, made = sys.executable, []
    for name in wanted:
        port, log = free_port(), scratch / name
        log.mkdir()
        commands = {
            "gateway": [
                *(python, "-m", "proxy", "run", "--listen", f"127.0.0.1:{port}", "--admin", "127.0.0.1:0"),
                *("--unsafe-upstream", upstream, "--journal", str(log / "journal")),
            ],
            "naive": [python, str(HERE / "peers" / "naive.py")],
            "mitmproxy": [
                *(str(Path(python).with_name("mitmdump")), "--quiet", "--mode", f"reverse:{upstream}"),
                *("--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={log}"),
                *("--set", f"ssl_verify_upstream_trusted_ca={scratch / 'test-authority.pem'}"),
                *("-s", str(HERE / "peers" / "mitm_sign.py")),
            ],
        }
        made.append(Peer(name, commands[name], port, log))
    return made


def start(peer: Peer, upstream: str, scratch: Path, also: Path | None = None) -> None:
    environment = {
        **os.environ,
        "PORT": str(peer.port),
        "UPSTREAM_URL": upstream,
        "SSL_CERT_FILE": str(scratch / "test-authority.pem"),
        "API_KEY": KEY,
        "API_SECRET": SECRET,
        "BINANCE_API_KEY": KEY,
        "BINANCE_API_SECRET": SECRET,
        "LOG_FILE": str(peer.journal / "pairs.log"),
        "PYTHONPATH": os.pathsep.join(map(str, [*([also] if also else []), ROOT])),
    }
    began = time.monotonic()
    with (peer.journal / "output").open("wb") as output:
        peer.process = subprocess.Popen(peer.command, env=environment, cwd=ROOT, stdout=output, stderr=output)
    while time.monotonic() - began < 30:
        try:
            url = f"http://127.0.0.1:{peer.port}/api/v3/account"
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    peer.start_seconds = time.monotonic() - began
                    return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"{peer.name} did not start:\n{(peer.journal / 'output').read_text()[-2000:]}")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure(peer: Peer, connections: int, seconds: float) -> dict:
    assert peer.process is not None
    before = cpu_seconds(peer.process.pid)
    command = [sys.executable, str(HERE / "load.py"), str(peer.port), str(connections), str(seconds)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=seconds + 60).stdout)
    spent = cpu_seconds(peer.process.pid) - before
    result["cpu_us"] = spent / max(result["answered"], 1) * 1e6
    result["rss_mib"] = rss_mib(peer.process.pid)
    return result


def measure_big(peer: Peer, times: int = 6) -> dict:
    """A large public answer, some times in a row over one connection."""
    assert peer.process is not None
    pid, before = peer.process.pid, rss_mib(peer.process.pid)
    busy, began, octets, most = cpu_seconds(pid), time.monotonic(), 0, before
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60)
    for _ in range(times):
        connection.request("GET", BIG_PATH)
        answer = connection.getresponse()
        while piece := answer.read(1 << 16):
            octets += len(piece)
        most = max(most, rss_mib(pid))
    connection.close()
    mib, seconds = octets / (1 << 20), time.monotonic() - began
    return {
        "mib_per_second": mib / seconds,
        "cpu_ms_per_mib": (cpu_seconds(pid) - busy) / mib * 1000,
        "more_mib": most - before,
        "other": octets != times * BIG_OCTETS,
    }


@contextmanager
def exchange(scratch: Path) -> Iterator[str]:
    """The verifying upstream, as a process of its own; its URL. `scratch` gets its certificates."""
    certificate = Authority(scratch).issue()
    with subprocess.Popen(
        [sys.executable, str(HERE / "upstream.py"), str(certificate), SECRET], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield f"https://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def stop(measured: list[Peer]) -> None:
    running = [peer.process for peer in measured if peer.process]
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def leaks(peer: Peer) -> int:
    """Files of the peer's log that hold the key, the secret or a signature."""
    found = 0
    for file in peer.journal.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found += KEY.encode() in content or SECRET.encode() in content
    return found


def report(measured: list[Peer]) -> None:
    base = next((peer for peer in measured if peer.name == "naive"), measured[0])

    def median(peer: Peer, scenario: str, what: str) -> float:
        return statistics.median(result[what] for result in peer.results[scenario])

    for scenario in SCENARIOS:
        print(f"\n{scenario}")
        print(
            f"{'peer':<12}{'req/s':>9}{'x naive':>9}{'CPU us':>9}{'x naive':>9}{'p50 us':>9}{'p99 us':>9}{'RSS MiB':>9}"
        )
        for peer in measured:
            values = {
                w: median(peer, scenario, w) for w in ("per_second", "cpu_us", "p50_us", "p99_us", "rss_mib")
            }
            rate = values["per_second"] / median(base, scenario, "per_second")
            cost = values["cpu_us"] / median(base, scenario, "cpu_us")
            print(
                f"{peer.name:<12}{values['per_second']:>9.0f}{rate:>9.2f}{values['cpu_us']:>9.0f}{cost:>9.2f}"
                f"{values['p50_us']:>9.0f}{values['p99_us']:>9.0f}{values['rss_mib']:>9.1f}"
            )


def report_big(measured: list[Peer]) -> None:
    print(f"\nan answer of {BIG_OCTETS >> 20} MiB")
    print(f"{'peer':<12}{'MiB/s':>9}{'x naive':>9}{'CPU ms/MiB':>12}{'more MiB':>10}")

    def median(peer: Peer, what: str) -> float:
        return statistics.median(result[what] for result in peer.results[BIG_PATH])

    base = next((peer for peer in measured if peer.name == "naive"), measured[0])
    for peer in measured:
        rate = median(peer, "mib_per_second")
        print(
            f"{peer.name:<12}{rate:>9.0f}{rate / median(base, 'mib_per_second'):>9.2f}"
            f"{median(peer, 'cpu_ms_per_mib'):>12.2f}{median(peer, 'more_mib'):>10.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default="gateway,naive,mitmproxy")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="signing-proxy-bench-") as directory:
        scratch = Path(directory)
        with exchange(scratch) as upstream:
            measured = peers(options.peers.split(","), upstream, scratch)
            try:
                run(measured, upstream, scratch, options.rounds, options.seconds)
            finally:
                stop(measured)


def run(measured: list[Peer], upstream: str, scratch: Path, rounds: int, seconds: float) -> None:
    """Rounds of all scenarios, then the tables."""
    for peer in measured:
        start(peer, upstream, scratch)
        measure(peer, 4, 1.0)  # warm
    for number in range(rounds):
        for scenario, connections in SCENARIOS.items():
            for peer in measured:
                result = measure(peer, connections, seconds)
                peer.results.setdefault(scenario, []).append(result)
                if result["other"]:
                    sys.exit(f"{peer.name}: {result['other']} answers were not 200; the figures are void")
        for peer in measured:
            result = measure_big(peer)
            peer.results.setdefault(BIG_PATH, []).append(result)
            if result["other"]:
                sys.exit(f"{peer.name}: the large answer was not whole; the figures are void")
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    report(measured)
    report_big(measured)
    print()
    for peer in measured:
        kept = f"{leaks(peer)} log files with key or secret"
        print(f"{peer.name:<12}first answer after {peer.start_seconds:.2f} s, {kept}")


if __name__ == "__main__":
    main()
