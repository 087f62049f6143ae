"""A gateway, an upstream that records, and a client that sends given octets; all for hostile inputs.

Gateway and upstream live on an event loop of their own thread, so that tests (and Hypothesis) can be plain
functions over blocking sockets.
"""

import asyncio
import contextlib
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from proxy.app.gateway import Gateway
from proxy.core.secret import Secret
from proxy.core.settings import LogSettings
from proxy.telemetry.logs import set_up_logs
from tests.hostile.clean import flaws
from tests.support.gateway import API_SECRET, gateway
from tests.support.recording_upstream import Received, RecordingUpstream, recording_upstream

_GOOD = b"GET /api/v3/account?good=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
PATIENCE_SECONDS = 5.0
"""For an answer to a hostile input: well below the gateway's own deadlines, so that waiting shows."""
QUIET_SECONDS = 0.02
ON_EVERY_REFUSAL = {
    "Content-Type": "application/json",
    "X-Gateway-Execution": "not_sent",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One final answer; header names keep their case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, (name, values)
        return values[0] if values else None

    @property
    def token(self) -> str | None:
        return self.header("X-Gateway-Error")


@dataclass(frozen=True, slots=True)
class Talk:
    """What came back on one connection; `closed` if the gateway ended it, `torn` octets that are no answer."""

    answers: tuple[Answer, ...]
    closed: bool
    torn: bytes

    @property
    def statuses(self) -> tuple[int, ...]:
        return tuple(answer.status for answer in self.answers)


@dataclass
class House:
    """Blocking hands on a running gateway and its upstream."""

    gateway: Gateway
    upstream: RecordingUpstream
    port: int
    admin_port: int
    journal: Path
    log: io.StringIO

    def talk(self, octets: bytes, *, most: int = 1, admin: bool = False) -> Talk:
        """Send octets on a new connection and read up to `most` answers, and then whether it is closed."""
        with socket.create_connection(("127.0.0.1", self.admin_port if admin else self.port)) as sock:
            with contextlib.suppress(ConnectionError):  # refused before it was all sent
                sock.sendall(octets)
            return read_talk(sock, most, bodiless=octets.startswith(b"HEAD "))

    def good(self) -> float:
        """One good request; the seconds it took. The exchange must have got it, signed right."""
        self.upstream.take()
        began = time.monotonic()
        talk = self.talk(_GOOD % self.port)
        took = time.monotonic() - began
        assert talk.statuses == (200,), talk
        (seen,) = self.upstream.take()
        self.assert_clean(seen)
        return took

    def assert_clean(self, seen: Received) -> None:
        """The promises for each request that the exchange sees."""
        assert not flaws(seen, self.upstream.url.removeprefix("http://")), seen


def read_talk(sock: socket.socket, most: int, *, bodiless: bool = False) -> Talk:
    """Up to `most` answers, then a look for what must not be there. `bodiless`: answers to HEAD."""
    got, answers, closed = b"", list[Answer](), False
    sock.settimeout(PATIENCE_SECONDS)
    while True:
        try:
            chunk = sock.recv(1 << 16)
        except TimeoutError:
            break
        except ConnectionError:
            closed = True
            break
        if not chunk:
            closed = True
            break
        got += chunk
        while taken := take_answer(got, bodiless=bodiless):
            answer, got = taken
            if answer.status >= 200:
                answers.append(answer)
        if len(answers) >= most and answers[-1].header("Connection") != "close":
            sock.settimeout(QUIET_SECONDS)
    return Talk(tuple(answers), closed, got)


def take_answer(octets: bytes, *, bodiless: bool = False) -> tuple[Answer, bytes] | None:
    """The first whole answer, and the rest. `bodiless`: whatever its length says, there is no body."""
    head, found, rest = octets.partition(b"\r\n\r\n")
    if not found:
        return None
    line, *lines = head.decode("latin-1").split("\r\n")
    fields = tuple((name, value.strip()) for name, _, value in (text.partition(":") for text in lines))
    status = int(line.split(" ")[1])
    bare = Answer(status, fields, b"", head)
    if bare.header("Transfer-Encoding"):
        _, ended, rest = rest.partition(b"0\r\n\r\n")  # good enough: no answer here is streamed
        return (bare, rest) if ended else None
    length = int(bare.header("Content-Length") or 0) if status >= 200 and not bodiless else 0
    if len(rest) < length:
        return None
    whole = head + found + rest[:length]
    return Answer(status, fields, rest[:length], whole), rest[length:]


def assert_refusal(answer: Answer) -> None:
    """Status, headers and body of every refusal that leaves before anything was sent."""
    content = json.loads(answer.body)
    assert list(content) == ["code", "msg", "error", "execution", "request_id"]
    assert content["code"] == -(99000 + answer.status)
    assert content["msg"].startswith("gateway: ")
    assert content["execution"] == "not_sent"
    for name, value in ON_EVERY_REFUSAL.items():
        assert answer.header(name) == value, name
    assert answer.header("X-Gateway-Error") == content["error"]
    assert answer.header("X-Gateway-Request-Id") == content["request_id"]
    assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)


def journal_text(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(directory.glob("flows-*.jsonl")))


def assert_plain_lines(text: bytes) -> None:
    """JSON lines of printable ASCII only: nothing can start a line, colour a terminal or move its cursor."""
    assert all(0x20 <= octet <= 0x7E or octet == 0x0A for octet in text)
    for line in text.splitlines():
        assert isinstance(json.loads(line), dict)


@contextmanager
def house(directory: Path, **settings: Any) -> Iterator[House]:
    """A running house; the log of the gateway is caught. Refusals come at once: here each client is refused in a loop."""
    limits = {"refusal_delay_seconds": 0} | settings.pop("limits", {})
    started, stop = threading.Event(), threading.Event()
    made: list[House | BaseException] = []

    async def live() -> None:
        async with (
            recording_upstream() as upstream,
            gateway(
                upstream.url, directory / "journal", admin="127.0.0.1:0", limits=limits, **settings
            ) as running,
        ):
            port, admin = (int(str(url).rpartition(":")[2]) for url in (running.url, running.admin_url))
            made.append(House(running, upstream, port, admin, directory / "journal", log))
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    def run() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            made.append(error)
        finally:
            started.set()

    with _caught_log() as log:
        thread = threading.Thread(target=run)
        thread.start()
        started.wait(10)
        begun = made[0] if made else None
        if begun is None or isinstance(begun, BaseException):
            stop.set()
            thread.join(10)
            raise RuntimeError("the gateway did not start") from begun
        try:
            yield begun
        finally:
            stop.set()
            thread.join(20)
        for error in made[1:]:
            raise RuntimeError("the gateway ended badly") from error  # type: ignore[misc]  # after the house come errors alone


@contextmanager
def _caught_log() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    set_up_logs(LogSettings(format="json"), [Secret(API_SECRET.encode())], stream)
    try:
        yield stream
    finally:
        root.handlers[:], root.level = handlers, level
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
