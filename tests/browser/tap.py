"""A tap in front of the gateway: what the browser really sent, and an address that can change its mind.

Threads and blocking sockets; it listens on both loopback addresses, as a browser tries both for `localhost`.
"""

import contextlib
import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_REQUEST = re.compile(rb"(GET|POST|PUT|DELETE|OPTIONS|HEAD) (\S+) HTTP/1\.1\r\n([^\0]*?)\r\n\r\n")


@dataclass
class Tap:
    """`goal` is the port that new connections lead to; `seen` the octets of each connection."""

    goal: int
    port: int = 0
    seen: list[bytearray] = field(default_factory=list)

    def requests(self) -> list[tuple[str, str, str]]:
        """Method, target and Host of all requests that came."""
        found = []
        for octets in list(self.seen):
            for method, target, head in _REQUEST.findall(bytes(octets)):
                host = re.search(rb"(?mi)^host: ?([^\r\n]*)", head)
                found.append((method.decode(), target.decode("latin-1"), host[1].decode() if host else ""))
        return found

    def wait_until_quiet(self, seconds: float, timeout: float) -> None:
        """Until nothing new came for so long, or the time is at its end."""
        began = changed = time.monotonic()
        before = -1
        while time.monotonic() - changed < seconds and time.monotonic() - began < timeout:
            if before != (octets := sum(map(len, list(self.seen)))):
                before, changed = octets, time.monotonic()
            time.sleep(0.02)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            seen = bytearray()
            self.seen.append(seen)
            threading.Thread(target=_relay, args=(client, self.goal, seen), daemon=True).start()


def _relay(client: socket.socket, port: int, seen: bytearray) -> None:
    """Octets both ways until one side ends."""
    with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as goal:
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, goal)
            ready.register(goal, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    source, sink = key.fileobj, key.data
                    assert isinstance(source, socket.socket)
                    chunk = source.recv(1 << 16)
                    if not chunk:
                        return
                    if source is client:
                        seen += chunk
                    sink.sendall(chunk)


@contextmanager
def tap(goal: int) -> Iterator[Tap]:
    """A tap on one port of 127.0.0.1 and, where there is one, of ::1."""
    made = Tap(goal)
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=256)]
    made.port = listeners[0].getsockname()[1]
    with contextlib.suppress(OSError):
        listeners.append(socket.create_server(("::1", made.port), family=socket.AF_INET6, backlog=256))
    threads = [threading.Thread(target=made._accept, args=(one,), daemon=True) for one in listeners]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        for one in listeners:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in threads:
            thread.join(5)
