"""The processes of a measurement: the exchange, the gateway, and two other proxies that sign, forward and log."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.authority import Authority
from harness.gateway import API_KEY, API_SECRET, ROOT, GatewayProcess, variables
from harness.usage import cpu_seconds

PEERS: Final = ("gateway", "naive", "mitmproxy")
ACCOUNT: Final = "/api/v3/account"
_SCRIPTS: Final = Path(__file__).resolve().parent / "peers"
_TIMEOUT_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.002


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where an exchange listens, and the authority of its certificate if it has one."""

    url: str
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """A proxy that has given its first answer, so many seconds of the clock and of the processor after its start."""

    name: str
    pid: int
    port: int
    folder: Path  # its journal or log
    wall: float
    cpu: float


@contextmanager
def exchange(scratch: Path) -> Iterator[Exchange]:
    """The verifying exchange over TLS, in a process of its own. `scratch` gets its certificates."""
    authority = Authority(scratch)
    command = [sys.executable, "-m", "benchmarks.upstream", str(authority.issue()), API_SECRET]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield Exchange(f"https://127.0.0.1:{int(process.stdout.readline())}", authority.file)
        finally:
            process.terminate()


@contextmanager
def serving(name: str, upstream: Exchange, folder: Path, checkout: Path = ROOT) -> Iterator[Server]:
    """One of the peers, from its first answer on; the gateway is that of `checkout`."""
    folder.mkdir(parents=True)
    began = time.perf_counter()
    with _started(name, upstream, folder, checkout) as (pid, port):
        _first_answer(name, port)
        yield Server(name, pid, port, folder, time.perf_counter() - began, cpu_seconds(pid))


@contextmanager
def _started(name: str, upstream: Exchange, folder: Path, checkout: Path) -> Iterator[tuple[int, int]]:
    """Its process and its port."""
    if name == "gateway":
        with GatewayProcess(upstream.url, folder, ca=upstream.ca, checkout=checkout) as running:
            yield running.pid, running.port
        return
    port = _free_port()
    commands = {
        "naive": [sys.executable, str(_SCRIPTS / "naive.py")],
        "mitmproxy": _mitmdump(port, upstream, folder),
    }
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            commands[name], env=_environment(port, upstream, folder), cwd=ROOT, stdout=output, stderr=output
        )
    try:
        yield process.pid, port
    finally:
        _stop(process)


def _mitmdump(port: int, upstream: Exchange, folder: Path) -> list[str]:
    options = [f"confdir={folder}", f"ssl_verify_upstream_trusted_ca={upstream.ca}"]
    return [
        *(str(Path(sys.executable).with_name("mitmdump")), "--quiet", "--mode", f"reverse:{upstream.url}"),
        *("--listen-host", "127.0.0.1", "--listen-port", str(port), "-s", str(_SCRIPTS / "mitm_sign.py")),
        *(word for option in options for word in ("--set", option)),
    ]


def _environment(port: int, upstream: Exchange, folder: Path) -> dict[str, str]:
    return {
        **variables(folder),
        "PORT": str(port),
        "UPSTREAM_URL": upstream.url,
        "API_KEY": API_KEY,
        "API_SECRET": API_SECRET,
        "LOG_FILE": str(folder / "pairs.log"),
        **({"SSL_CERT_FILE": str(upstream.ca)} if upstream.ca is not None else {}),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_answer(name: str, port: int) -> None:
    """Ask until it answers."""
    until = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < until:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
            connection.request("GET", ACCOUNT)
            status = connection.getresponse().status
            connection.close()
            if status != 200:
                raise RuntimeError(f"{name}: the first answer has status {status}")
            return
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"{name} did not answer")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
