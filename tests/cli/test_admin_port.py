"""Admin ports are found by the files of their gateways, and asked with the token that belongs to them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxy.admin.token import AdminPort
from proxy.cli.admin_port import Told, ask, find_gateways
from proxy.core.errors import GatewayError


@contextmanager
def server(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Answers one connection and keeps what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
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


def http(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


def test_each_gateway_of_the_directory_with_its_own_token(tmp_path: Path) -> None:
    for number, url in (("", "http://127.0.0.1:1"), ("-2", "http://127.0.0.1:2"), ("-3", None)):
        (tmp_path / f"admin-token{number}").write_text(f"token{number}\n")
        if url:
            (tmp_path / f"admin-address{number}").write_text(f"{url}\n")
    assert find_gateways(tmp_path, None) == [
        AdminPort("http://127.0.0.1:1", "token"),
        AdminPort("http://127.0.0.1:2", "token-2"),
    ]
    assert {port.url for port in find_gateways(tmp_path, "127.0.0.1:7")} == {"http://127.0.0.1:7"}
    assert [port.token for port in find_gateways(tmp_path, "127.0.0.1:7")] == ["token", "token-2", "token-3"]


def test_a_directory_without_a_token(tmp_path: Path) -> None:
    with pytest.raises(GatewayError, match="no admin token"):
        find_gateways(tmp_path, None)


def test_the_token_goes_along_and_the_answer_is_read() -> None:
    with server(http("409 Conflict", b'{"msg":"gateway: it was refused"}')) as (port, asked):
        told = ask(AdminPort(f"http://0.0.0.0:{port}", "secret"), "POST", "/confirmations/A")
    assert told is not None
    assert (told.status, told.message) == (409, "it was refused")
    assert asked[0].startswith(b"POST /confirmations/A HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer secret\r\n" in asked[0]
    assert b"\r\nHost: localhost\r\n" in asked[0]


@pytest.mark.parametrize(
    "answer",
    [http("401 Unauthorized", b"{}"), http("200 OK", b"<html>"), http("200 OK", b"[]"), b"SSH-2.0\r\n", b""],
    ids=["another's token", "no json", "no object", "no http", "nothing"],
)
def test_who_is_not_ours_is_nobody(answer: bytes) -> None:
    with server(answer) as (port, _):
        assert ask(AdminPort(f"http://127.0.0.1:{port}", "secret"), "GET", "/confirmations") is None


def test_an_answer_without_words_is_told_by_its_status() -> None:
    with server(http("500 Oops", b"{}")) as (port, _):
        told = ask(AdminPort(f"http://127.0.0.1:{port}", "secret"), "GET", "/confirmations")
    assert told is not None
    assert told.message == "HTTP 500"


def test_what_it_says_does_nothing_on_a_terminal() -> None:
    """Something else may listen on that port."""
    assert Told(400, {"msg": "gateway: no\n\x1b[2J\u202e"}).message == "no\\n\\x1b[2J\\u202e"
