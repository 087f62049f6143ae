"""How much of what was sent has not arrived, and of what came was not read."""

import os
import socket
import sys
import time

import pytest

from proxy.platform.posix.sockets import peer_uid, unacknowledged, unread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


def test_what_the_other_side_has_not_taken_counts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with socket.create_connection(server.getsockname()) as ours, server.accept()[0] as theirs:
            ours.sendall(b"taken")
            assert theirs.recv(5) == b"taken"
            _until(ours, 0)
            ours.setblocking(False)
            sent = 0
            while sent < 1 << 20:
                try:
                    sent += ours.send(bytes(65536))
                except BlockingIOError:
                    break
            time.sleep(0.05)
            assert 0 < unacknowledged(ours.fileno()) <= sent


def test_what_came_and_was_not_read_counts() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert unread(ours.fileno()) == 0
        theirs.sendall(b"taken")
        assert unread(ours.fileno()) == 5
        ours.recv(2)
        assert unread(ours.fileno()) == 3


def test_of_what_is_no_connection_nothing_is_known() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert unacknowledged(writing) == 0
    os.close(writing)
    assert unacknowledged(writing) == unread(writing) == 0


def _until(sock: socket.socket, octets: int) -> None:
    for _ in range(200):
        if unacknowledged(sock.fileno()) == octets:
            return
        time.sleep(0.005)
    raise AssertionError("it was not acknowledged")


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="the system does not tell who is there")
def test_the_kernel_tells_who_is_at_the_other_end() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert peer_uid(here) == os.geteuid()


def test_where_the_kernel_does_not_tell_the_mode_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_PEERCRED", raising=False)
    assert peer_uid(None) is None
