"""A real curl, run by a real shell against a loopback recorder, sends what the reader says."""

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator

import pytest

from proxy.core.wire import RawRequest
from proxy.explain.readers.curl import read_curl_text
from proxy.explain.readers.raw_http import read_raw_http

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="curl and bash are not installed"
)

COMMANDS = [
    "curl -s http://HOST/api/v3/account?timestamp=1",
    "curl -s 'http://HOST/api/v3/account?timestamp=1&signature=ab' -H 'X-MBX-APIKEY: test key'",
    'curl -sX POST "http://HOST/api/v3/order" -d \'symbol=BTCUSDT&side=BUY\' -d "a=\\"b\\$c\\\\d"',
    "curl -s -X POST http://HOST/p",
    "curl -s --data-urlencode 'remark=a b+c/d=e~é' --data-urlencode '=x y' --data-urlencode plain http://HOST/p",
    "curl -s -G -d a=1 --data-urlencode 'list=[\"A\",\"B\"]' 'http://HOST/p?x=%2C'",
    "curl -s --json '{\"a\": \"b\"}' http://HOST/sapi/v1/c2c/ads/search -H 'clientType: web'",
    "curl -s -d '{\"a\":1}' http://HOST/p",
    "curl -s --data-binary $'a=1\\r\\nb=\\u00e9\\x41\\'' http://HOST/p",
    "curl -s -g 'http://HOST/p?symbols=[\"BTCUSDT\"]'",
    "curl -s 'http://HOST/p?x={a,b}&y=[08-10]'",
    "curl -s -g 'http://HOST/p?symbol=币安人生USDT#fragment'",
    "curl -s http://HOST/a/../b/./c?d=/../e",
    "curl -s --path-as-is http://HOST/a/../b",
    "curl -s 'http://HOST?x=1'",
    "curl -sI http://HOST/p",
    "curl -s -X DELETE -d orderId=1 http://HOST/p",
    "curl -s -u user:pass -A agent -e ref -b c=d http://HOST/p",
    "curl -s -H 'Accept:' -H 'Host: api.binance.com' -H 'X-Empty;' -H 'User-Agent: x' http://HOST/p",
    "curl -s -d a=1 -d '' -d b=2 http://HOST/p --url-query 'q=1 2' --url-query +r=%2C",
    "curl -s -d a=1 \\\n  -H X-A:b \\\n  http://HOST/p # comment",
    'K=key; curl -s -H "X-MBX-APIKEY: $K" "http://HOST/p?k=${K}" >/dev/null 2>&1',
    "curl -s http://HOST/1 --next -s -d x http://HOST/2",
    "curl -s --request-target '/x?y z' http://HOST/p",
]
BY_VERSION = (b"user-agent", b"accept-encoding")  # differ from one curl to the next


class Recorder:
    """Keeps the octets of every connection and answers 200."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.seen: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    connection.settimeout(5)
                    self.seen.append(self._request(connection))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += connection.recv(65536)
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
        length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    found = Recorder()
    yield found
    found.listener.close()


def comparable(request: RawRequest) -> tuple[str, bytes, tuple[tuple[bytes, bytes], ...], bytes]:
    headers = tuple(pair for pair in request.headers if pair[0].lower() not in BY_VERSION)
    return request.method, request.target, headers, request.body


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_octets(recorder: Recorder, command: str) -> None:
    text = command.replace("HOST", recorder.host)
    subprocess.run(["bash", "-c", text], check=False, timeout=20, capture_output=True)
    sent = [one.request for raw in recorder.seen for one in read_raw_http(raw)]
    read = read_curl_text(text)
    assert len(sent) == len(read) > 0
    for real, ours in zip(sent, read, strict=True):
        choices = [ours.request] + ([ours.variant] if ours.variant else [])
        assert comparable(real) in [comparable(choice) for choice in choices]
        assert not ours.gaps
