"""A program started without standard streams prints nowhere, and never into a file or socket of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from itertools import chain, combinations
from pathlib import Path

import pytest

from tests.support.gateway import API_KEY, API_SECRET

ROOT = Path(__file__).parents[2]
SOME = list(chain.from_iterable(combinations((0, 1, 2), size) for size in (1, 2, 3)))

PRINTS = """
import os, sys
from proxy.runtime.standard_streams import open_missing_streams
open_missing_streams()
with open(sys.argv[1], "w") as file:
    assert file.fileno() > 2, file.fileno()
    print("to stdout", flush=True)
    print("to stderr", file=sys.stderr, flush=True)
    file.write(repr(sys.stdin.read()))
"""


def _closing(descriptors: tuple[int, ...], *words: str) -> list[str]:
    """A command that runs another without these descriptors."""
    closed = " ".join(f"{number}{'<' if number == 0 else '>'}&-" for number in descriptors)
    return ["bash", "-c", f'exec "$@" {closed}', "bash", *words]


@pytest.mark.parametrize("descriptors", SOME)
def test_the_next_file_takes_none_of_their_numbers(tmp_path: Path, descriptors: tuple[int, ...]) -> None:
    done = subprocess.run(
        _closing(descriptors, sys.executable, "-c", PRINTS, str(tmp_path / "file")),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ("" if 1 in descriptors else "to stdout\n")
    assert done.stderr == ("" if 2 in descriptors else "to stderr\n")
    assert (tmp_path / "file").read_text() == "''"


@pytest.mark.parametrize("descriptors", [(1,), (2,), (0, 1, 2)])
def test_a_gateway_serves_without_them(tmp_path: Path, descriptors: tuple[int, ...]) -> None:
    """Its event loop ends a process that has a socket in the place of one (SIGABRT)."""
    port = _free_port()
    words = [
        *(sys.executable, "-m", "proxy", "run", "--listen", f"127.0.0.1:{port}", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", "http://127.0.0.1:9", "--journal", str(tmp_path / "journal")),
    ]
    variables = {"PYTHONPATH": str(ROOT), "BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": API_SECRET}
    with subprocess.Popen(
        _closing(descriptors, *words),
        cwd=tmp_path,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert _answers(process, port)
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_result_that_nobody_wants_is_no_fault() -> None:
    done = subprocess.run(
        _closing((1,), sys.executable, "-m", "proxy", "config", "schema"),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether it answers once it listens; False where it ended before, or then."""
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(b"GET /bapi/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return client.recv(100).startswith(b"HTTP/1.1 404 ")
        time.sleep(0.1)
    return False
