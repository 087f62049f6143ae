"""Why an address cannot be listened on: what the system really says, and the hint for it."""

import asyncio
import errno
import os
import socket

import pytest

from proxy.app.ports import cannot_listen


async def _refused(host: str, port: int) -> OSError:
    with pytest.raises(OSError, match=r"\d") as caught:
        await asyncio.start_server(lambda _reader, _writer: None, host, port)
    return caught.value


async def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = cannot_listen(await _refused("127.0.0.1", port), f"127.0.0.1:{port}")
    assert said.message.startswith(f"cannot listen on port {port}: ")
    assert "another gateway" in said.hint


async def test_an_address_that_no_interface_has() -> None:
    said = cannot_listen(await _refused("192.0.2.1", 0), "192.0.2.1:0")
    assert "no network interface of this machine has that address" in said.hint


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_port_that_is_for_root(number: int) -> None:
    said = cannot_listen(OSError(number, os.strerror(number)), "localhost:80")
    assert said.message == f"cannot listen on port 80: {os.strerror(number)}"
    assert said.hint.startswith(
        "ports below 1024 are for root: use a higher one, such as --listen 127.0.0.1:8180"
    )
    assert "CAP_NET_BIND_SERVICE" in said.hint


def test_a_socket_in_a_folder_has_no_port() -> None:
    said = cannot_listen(OSError(errno.EACCES, "no"), "unix:/run/gateway.sock")
    assert said.message == "cannot listen: no"
