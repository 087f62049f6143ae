"""Clients that open connections and say nothing, at a real gateway with few descriptors: does it go deaf?

`python -m tests.hostile.doors` prints what it measured.
"""

import contextlib
import socket
import ssl
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harness.authority import Authority
from harness.gateway import GatewayProcess
from harness.usage import cpu_seconds

_DESCRIPTORS: Final = 256
_FEW: Final = ("sh", "-c", f'ulimit -n {_DESCRIPTORS}; exec "$@"', "sh")
_VERY_FEW: Final = ("sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
_ASKED: Final = b"GET /api/v3/account?x=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_NOBODY: Final = "http://127.0.0.1:9"
_GOOD: Final = (
    b"GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nX-Gateway-Dry-Run: 1\r\nConnection: close\r\n\r\n"
)
_PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Found:
    """Seconds until a good request was answered, and how many descriptors the gateway had open then."""

    opened: int
    seconds: float
    descriptors: int


def silent_handshakes(directory: Path, silent: int = 400) -> Found:
    """TLS handshakes that never go on, at a limit of 32 connections."""
    authority = Authority(directory)
    pair = authority.issue()
    pair.chmod(0o600)
    trust = ssl.create_default_context(cafile=str(authority.file))
    files = {"tls_certificate_file": str(pair), "tls_key_file": str(pair)}
    return _measure(directory, silent, trust, {**files, "limits": {"connections": 32}})


def idle_connections(directory: Path, silent: int = 300) -> Found:
    """Plain connections on which nothing is asked."""
    return _measure(directory, silent, None, {})


@dataclass(frozen=True)
class Pressed:
    """What clients were told that ask all at once, and what it cost the gateway."""

    served: int
    refused: int
    """With a reason: 503 and a body."""
    otherwise: tuple[bytes, ...]
    afterwards_seconds: float
    cpu_seconds: float
    recorded: int
    """Of those served, in the journal."""


def busy_connections(directory: Path, clients: int = 40) -> Pressed:
    """At 64 descriptors, with an exchange that takes its time: each request under way needs a second one."""
    exchange, stop = socket.create_server(("127.0.0.1", 0), backlog=256), threading.Event()
    threading.Thread(target=_slow_exchange, args=(exchange, stop), daemon=True).start()
    url = f"http://127.0.0.1:{exchange.getsockname()[1]}"
    try:
        with GatewayProcess(url, directory / "gateway", prefix=_VERY_FEW) as gateway, ExitStack() as held:
            opened = [
                held.enter_context(socket.create_connection((gateway.host, gateway.port), 5))
                for _ in range(clients)
            ]
            for number, one in enumerate(opened):
                with contextlib.suppress(OSError):  # it may be refused already
                    one.sendall(_ASKED % number)
            answers = [_received(one) for one in opened]
            cpu = cpu_seconds(gateway.pid)
            waited = _until_answered(gateway.port, None)
            time.sleep(1)
            spent = cpu_seconds(gateway.pid) - cpu
            recorded = sum(
                one.read_bytes().count(b'"http.response.status_code":200')
                for one in gateway.journal.glob("flows-*")
            )
    finally:
        stop.set()
        exchange.close()
    served = sum(one.startswith(b"HTTP/1.1 200") for one in answers)
    refused = sum(one.startswith(b"HTTP/1.1 503") and b'"error":"overloaded"' in one for one in answers)
    others = tuple(one[:40] for one in answers if not one.startswith((b"HTTP/1.1 200", b"HTTP/1.1 503")))
    return Pressed(served, refused, others, waited, spent, recorded)


def _slow_exchange(listening: socket.socket, stop: threading.Event) -> None:
    """Answers every request after a while, each connection by a thread of its own."""

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while connection.recv(65536) and not stop.wait(0.3):
                connection.sendall(_ANSWER)

    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()


def _received(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    try:
        return connection.recv(65536)
    except OSError as error:
        return type(error).__name__.encode()


def _measure(directory: Path, silent: int, trust: ssl.SSLContext | None, config: dict[str, Any]) -> Found:
    with (
        GatewayProcess(_NOBODY, directory / "gateway", config=config, prefix=_FEW) as gateway,
        ExitStack() as held,
    ):
        port = urlsplit(gateway.url).port
        assert port is not None
        for _ in range(silent):
            held.enter_context(socket.create_connection(("127.0.0.1", port), 2))
        seconds = _until_answered(port, trust)
        return Found(silent, seconds, len(list(Path(f"/proc/{gateway.pid}/fd").iterdir())))


def _until_answered(port: int, trust: ssl.SSLContext | None) -> float:
    """Seconds until a good request has its answer; refused, it asks again, as clients do."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < _PATIENCE_SECONDS:
        with contextlib.suppress(OSError):
            if _answer(port, trust).startswith(b"HTTP/1.1 200"):
                return time.monotonic() - began
        time.sleep(0.01)
    return passed


def _answer(port: int, trust: ssl.SSLContext | None) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 2) as plain:
        if trust is None:
            plain.sendall(_GOOD)
            return plain.recv(65536)
        with trust.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
            secure.sendall(_GOOD)
            return secure.recv(65536)


def main() -> int:
    """Print the figures; 1 where a good request waited for longer than a second, or, behind busy connections that
    may stay open for two seconds before they make room, for longer than three."""
    slow = 0
    for scene in (silent_handshakes, idle_connections):
        with tempfile.TemporaryDirectory() as directory:
            found = scene(Path(directory))
        slow += found.seconds > 1
        print(
            f"{found.opened} {scene.__name__.replace('_', ' ')}: a good request is answered after "
            f"{found.seconds:.2f} s; {found.descriptors} of {_DESCRIPTORS} descriptors in use"
        )
    with tempfile.TemporaryDirectory() as directory:
        pressed = busy_connections(Path(directory))
    slow += bool(pressed.otherwise) or pressed.afterwards_seconds > 3
    print(
        f"40 busy connections at 64 descriptors: {pressed.served} served, {pressed.refused} refused with a reason, "
        f"{len(pressed.otherwise)} otherwise; afterwards a good request is answered after "
        f"{pressed.afterwards_seconds:.2f} s; {pressed.cpu_seconds:.2f} s of processor time in the second after"
    )
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
