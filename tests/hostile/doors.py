"""Clients that open connections and say nothing, at a real gateway with few descriptors: does it go deaf?

`python -m tests.hostile.doors` prints what it measured.
"""

import contextlib
import socket
import ssl
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harness.authority import Authority
from harness.gateway import GatewayProcess

_DESCRIPTORS: Final = 256
_FEW: Final = ("sh", "-c", f'ulimit -n {_DESCRIPTORS}; exec "$@"', "sh")
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
    """Print both figures; 1 where a good request waited for longer than a second."""
    slow = 0
    for scene in (silent_handshakes, idle_connections):
        with tempfile.TemporaryDirectory() as directory:
            found = scene(Path(directory))
        slow += found.seconds > 1
        print(
            f"{found.opened} {scene.__name__.replace('_', ' ')}: a good request is answered after "
            f"{found.seconds:.2f} s; {found.descriptors} of {_DESCRIPTORS} descriptors in use"
        )
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
