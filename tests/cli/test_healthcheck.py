"""`healthcheck` against real servers on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BANNED = (
    b"HTTP/1.1 503 Service Unavailable\r\n\r\n"
    b'{"reasons":[{"name":"hold","says":"api waits \\u001b[31m"},{"name":"no_key","says":"no key"}]}'
)
DRAINING = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def _server(answer: bytes, host: str = "127.0.0.1") -> Iterator[tuple[int, list[bytes]]]:
    """Answers one connection and keeps what it was asked."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    asked: list[bytes] = []
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        listener.settimeout(10)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(4096))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], asked
        thread.join(10)


START = "hint: start the gateway with `signing-proxy run`, or name its admin port with --admin HOST:PORT\n"
READYZ = "hint: /readyz on that port tells why, and the gateway's log\n"


def test_a_ready_gateway_is_exit_0_and_silence(run: Run) -> None:
    with _server(READY) as (port, asked):
        said = run("healthcheck", "--admin", f"127.0.0.1:{port}")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert asked[0].startswith(b"GET /readyz HTTP/1.1\r\n")
    assert b"\r\nHost: localhost\r\n" in asked[0]


def test_whether_it_lives_is_asked_elsewhere(run: Run) -> None:
    with _server(READY) as (port, asked):
        assert run("healthcheck", "--live", "--admin", f"127.0.0.1:{port}").code == 0
    assert asked[0].startswith(b"GET /livez HTTP/1.1\r\n")


def test_the_address_comes_from_the_settings(run: Run) -> None:
    with _server(READY) as (port, _):
        assert run("healthcheck", SIGNING_PROXY_ADMIN=f"127.0.0.1:{port}").code == 0


def test_a_gateway_on_all_interfaces_is_asked_on_loopback(run: Run) -> None:
    Path("c.yaml").write_text("token_file: t\n")
    with _server(READY) as (port, _):
        assert run("healthcheck", "--config", "c.yaml", "--admin", f"0.0.0.0:{port}").code == 0


@pytest.mark.parametrize(
    ("answer", "says", "hint"),
    [
        (DRAINING, "is not ready: HTTP 503", READYZ),
        (BANNED, "is not ready: api waits \\x1b[31m; no key", READYZ),
        (b"SSH-2.0-test\r\n", "does not speak HTTP (BadStatusLine)", START),
        (b"", "does not answer (it ended the connection)", START),
    ],
)
def test_anything_else_is_exit_1_with_what_to_do(run: Run, answer: bytes, says: str, hint: str) -> None:
    with _server(answer) as (port, _):
        said = run("healthcheck", "--admin", f"127.0.0.1:{port}")
    assert (said.code, said.err) == (1, f"error: 127.0.0.1:{port} {says}\n{hint}")


def test_nobody_there(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else can take it
        port = taken.getsockname()[1]
        said = run("healthcheck", "--admin", f"127.0.0.1:{port}")
    assert (said.code, said.err) == (
        1,
        f"error: 127.0.0.1:{port} does not answer (connection refused)\n{START}",
    )


def test_settings_that_name_no_port_are_bad_configuration(run: Run) -> None:
    assert run("healthcheck", "--admin", "127.0.0.1:0").code == 3
    Path("config.yaml").write_text("admin: null\n")
    said = run("healthcheck")
    assert said.code == 3
    assert said.err.startswith("error: admin is null")
