"""`curl -v` logs."""

import shutil
import socket
import subprocess
import threading

import pytest

from proxy.explain.readers.curl import read_curl_verbose
from proxy.explain.readers.raw_http import NO_BODY


def logged(*words: str) -> bytes:
    """What a real curl prints, the answer being -1022."""
    body = b'{"code":-1022,"msg":"Signature for this request is not valid."}'
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, daemon=True)
        server.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v3/order?timestamp=1"
        done = subprocess.run(["curl", "-v", url, *words], check=False, capture_output=True, timeout=20)
        server.join(5)
    return done.stderr + done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_real_log() -> None:
    (seen,) = read_curl_verbose(logged("-H", "X-MBX-APIKEY: test"))
    assert seen.request.target == b"/api/v3/order?timestamp=1"
    assert seen.request.header(b"x-mbx-apikey") == b"test"
    assert seen.answer is not None
    assert (seen.answer.status, seen.answer.body[:13]) == (400, b'{"code":-1022')
    assert not seen.gaps


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_body_is_not_in_the_log() -> None:
    (seen,) = read_curl_verbose(logged("-d", "symbol=BTCUSDT"))
    assert seen.gaps == (NO_BODY,)


def test_other_texts_are_left_alone() -> None:
    assert read_curl_verbose(b"> quoted mail\n> GET it?") == []
