"""Ports of one address, and of both loopback addresses."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from proxy.config.addresses import Address
from proxy.server import ports
from proxy.server.ports import Taken, take
from tests.doctor.patients import lines, patient
from tests.support.gateway import gateway
from tests.upstream.scripted import OK, answers, upstream


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


both = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")


@contextmanager
def taking(host: str, port: int = 0) -> Iterator[Taken]:
    taken = take(Address(host, port))
    with ExitStack() as stack:
        for one in taken.sockets:
            stack.enter_context(one)
        yield taken


def reaches(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as client:
        return client.connect_ex((host, port)) == 0


@contextmanager
def another_program(host: str = "::1") -> Iterator[int]:
    """Has a port of this address, and of no other; its number."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
        other.bind((host, 0))
        other.listen()
        yield other.getsockname()[1]


@both
def test_localhost_is_both_loopback_addresses_under_one_number() -> None:
    with taking("localhost") as taken:
        assert (len(taken.sockets), taken.not_ours) == (2, "")
        assert reaches("127.0.0.1", taken.port)
        assert reaches("::1", taken.port)


@both
@pytest.mark.parametrize(("host", "other"), [("127.0.0.1", "::1"), ("::1", "127.0.0.1"), ("::", "127.0.0.1")])
def test_any_other_address_is_that_one_alone(host: str, other: str) -> None:
    with taking(host) as taken:
        assert (len(taken.sockets), taken.not_ours) == (1, "")
        assert not reaches(other, taken.port)


@both
def test_what_another_program_has_is_left_to_it_and_said() -> None:
    with another_program() as port, taking("localhost", port) as taken:
        assert (len(taken.sockets), taken.port, taken.not_ours) == (1, port, "::1")
        assert reaches("127.0.0.1", port)


def test_without_127_0_0_1_there_is_no_port() -> None:
    with another_program("127.0.0.1") as port, pytest.raises(OSError, match="in use"):
        take(Address("localhost", port))


@pytest.mark.parametrize(
    ("number", "not_ours"), [(errno.EADDRNOTAVAIL, ""), (errno.EAFNOSUPPORT, ""), (errno.EACCES, "::1")]
)
def test_where_there_is_no_such_address_the_other_is_enough(
    number: int, not_ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ports._listening

    def only_ipv4(host: str, port: int) -> socket.socket:
        if ":" in host:
            raise OSError(number, "no")
        return real(host, port)

    monkeypatch.setattr(ports, "_listening", only_ipv4)
    with taking("localhost") as taken:
        assert (len(taken.sockets), taken.not_ours) == (1, not_ours)


@both
def test_a_free_number_is_free_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tried = ports._listening, list[int]()

    def taken_twice(host: str, port: int) -> socket.socket:
        if ":" in host:
            tried.append(port)
            if len(tried) < 3:
                raise OSError(errno.EADDRINUSE, "in use")
        return real(host, port)

    monkeypatch.setattr(ports, "_listening", taken_twice)
    with taking("localhost") as taken:
        assert (len(taken.sockets), taken.not_ours, len(tried)) == (2, "", 3)


@both
async def test_a_gateway_answers_localhost_whichever_address_that_is(tmp_path: Path) -> None:
    async with (
        upstream(*[answers(OK)] * 20) as script,
        gateway(script.base, tmp_path, listen="localhost:0", admin="localhost:0") as running,
        ClientSession() as session,
    ):
        port, admin = running.url.rpartition(":")[2], running.admin_url.rpartition(":")[2]
        assert (running.url, running.admin_url) == (f"http://127.0.0.1:{port}", f"http://127.0.0.1:{admin}")
        for host in ("127.0.0.1", "[::1]", "localhost"):
            async with session.get(f"http://{host}:{port}/api/v3/ping") as answer:
                assert answer.status == 200
            async with session.get(f"http://{host}:{admin}/livez") as answer:
                assert answer.status == 200
    assert not reaches("::1", int(port))


@both
async def test_another_program_at_the_other_address_is_told_by_the_log_and_the_doctor(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "::1", 0) as other:
        place = f"localhost:{(port := other.sockets[0].getsockname()[1])}"
        with capture_logs() as said:
            async with (
                upstream(*[answers(OK)] * 20) as script,
                gateway(script.base, tmp_path, listen=place) as running,
            ):
                assert running.url == f"http://127.0.0.1:{port}"
                async with patient("http://127.0.0.1:9", tmp_path, listen=place, admin=None) as one:
                    (line,) = await lines(one, "gateway")
    (warned,) = [one for one in said if "another program" in one.get("note", "")]
    assert warned["log_level"] == "warning"
    assert warned["note"].startswith(
        f"another program has [::1]:{port}: what clients send to http://localhost:{port} may"
    )
    assert line.startswith(
        f"gateway: warning: another program has [::1]:{port}: what clients send to localhost may"
    )


@both
async def test_the_doctor_finds_nothing_wrong_where_both_are_ours_or_one_is_nobodys(tmp_path: Path) -> None:
    async with upstream(*[answers(OK)] * 20) as script:
        for listen in ("localhost:0", "127.0.0.1:0"):
            async with gateway(script.base, tmp_path, listen=listen) as running:
                place = f"localhost:{running.url.rpartition(':')[2]}"
                async with patient("http://127.0.0.1:9", tmp_path, listen=place, admin=None) as one:
                    (line,) = await lines(one, "gateway")
                assert line.startswith(f"gateway: good: something listens at {place}")
