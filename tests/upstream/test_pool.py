"""Which connection a request gets: never one that ended, and a write none that may be about to."""

import asyncio
import itertools
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from proxy.core.errors import Execution, UpstreamError
from proxy.core.settings import UpstreamSettings
from proxy.upstream.dial import Dialer
from proxy.upstream.pool import REST_SECONDS
from proxy.upstream.sender import Sender
from proxy.upstream.tls import tls_context
from tests.upstream.scripted import OK, Upstream, upstream

GET = b"GET /api/v3/account HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1"


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class House:
    def __init__(self, script: Upstream, hand: Hand) -> None:
        self.script = script
        self.hand = hand
        self.sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), hand)

    def rest(self) -> None:
        self.hand.now += REST_SECONDS * 1.01

    async def ask(self, octets: bytes, *, after: float = 0.0) -> bool:
        """Whether a request that is sent `after` seconds later goes out over an old connection."""
        self.hand.now += after
        answer = await self.sender.send(self.script.base, octets, repeatable=octets is GET)
        assert await answer.read_small(100) == b"{}"
        return answer.reused

    async def tend(self, *, after: float) -> int:
        """Tend `after` seconds later; the number of connections made so far."""
        self.hand.now += after
        await self.sender.tend(self.script.base)
        await asyncio.sleep(0.01)
        return self.script.connections


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    async with upstream() as script:
        made = House(script, Hand())
        yield made
        await made.sender.close()


@pytest.mark.parametrize(
    ("octets", "idle_seconds", "reused"),
    [(GET, 54, True), (GET, 56, False), (POST, 14, True), (POST, 16, False)],
    ids=["read within 55 s", "read after 55 s", "write within 15 s", "write after 15 s"],
)
async def test_how_long_an_idle_connection_serves(octets: bytes, idle_seconds: float, reused: bool) -> None:
    async with house() as here:
        await here.ask(GET)
        assert await here.ask(octets, after=idle_seconds) is reused


async def test_the_next_connection_is_made_before_the_last_grows_too_old_for_a_write() -> None:
    """So there is no moment in which a write has to wait for a handshake."""
    async with house() as here:
        await here.ask(GET)
        group: Sequence[Any] = ()
        for _ in range(70):
            await here.tend(after=1.0)
            group = here.sender._pool.waiting(here.script.base)
            assert min(here.hand.now - one.used for one in group) < 14.0
        assert here.script.connections <= 1 + 70 / 11
        assert len(group) <= 5, "the old ones go"
        assert await here.ask(POST, after=0.9)


async def test_a_main_host_is_kept_warm_for_ever() -> None:
    async with house() as here:
        here.sender.keep_home([here.script.base])
        assert await here.tend(after=0) == 1, "before anybody asked"
        await here.tend(after=7200)
        assert await here.ask(POST)


async def test_an_old_connection_is_replaced_ahead_and_not_used_again() -> None:
    """One that is in use all the time would otherwise never notice that the name leads elsewhere."""
    async with house() as here:
        for _ in range(30):
            await here.ask(GET, after=10)
            assert await here.tend(after=0) == 1
        await here.tend(after=8)
        assert here.script.connections == 2
        assert await here.ask(POST, after=3)
        assert await here.tend(after=0) == 2
        assert len(here.sender._pool.waiting(here.script.base)) == 1


async def test_connections_in_use_are_not_doubled() -> None:
    async with house() as here:
        answer = await here.sender.send(here.script.base, GET, repeatable=True)
        assert await here.tend(after=0.5) == 1, "it comes back soon"
        assert await here.tend(after=0.6) == 2, "it does not"
        await answer.read_small(100)


class Server(threading.Thread):
    """Answers one request on its first connection and ends it at the word; then serves a second one."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__(daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(5)
        self._reset = reset
        self.base = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.end = threading.Event()
        self.ended = threading.Event()
        self.requests: list[bytes] = []

    def run(self) -> None:
        first, _ = self._server.accept()
        self._serve(first)
        self.end.wait(5)
        if self._reset:
            first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        first.close()
        self.ended.set()
        second, _ = self._server.accept()
        self._serve(second)
        second.close()
        self._server.close()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        self.requests.append(connection.recv(4096))
        connection.sendall(OK)


@contextmanager
def serving(*, reset: bool) -> Iterator[Server]:
    server = Server(reset=reset)
    server.start()
    yield server
    server.join(5)


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
async def test_an_end_that_the_loop_has_not_seen_yet_costs_no_write(reset: bool) -> None:
    """It lies in the kernel, behind our back: the loop had no turn between its coming and our request."""
    with serving(reset=reset) as server:
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), time.monotonic)
        await (await sender.send(server.base, POST, repeatable=False)).read_small(100)
        sending = sender.send(server.base, POST, repeatable=False)
        server.end.set()
        assert server.ended.wait(5)
        time.sleep(0.02)  # noqa: ASYNC251  # the loop must not turn
        answer = await sending
        assert await answer.read_small(100) == b"{}"
        assert not answer.reused
        await sender.close()
    assert server.requests == [POST, POST]


async def test_a_connection_that_was_being_made_when_the_sender_closed_is_not_left_open() -> None:
    async with upstream() as script:
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), time.monotonic)
        sending = asyncio.create_task(sender.send(script.base, POST, repeatable=False))
        await asyncio.sleep(0)
        await sender.close()
        with pytest.raises(UpstreamError) as caught:
            await sending
        assert caught.value.refusal.execution is Execution.NOT_SENT
    assert script.requests == []


async def test_a_connection_rests_behind_its_answer_and_a_new_one_is_made_if_that_is_sooner() -> None:
    async with house() as here:
        assert [await here.ask(GET) for _ in range(2)] == [False, False]
        assert await here.ask(GET, after=REST_SECONDS * 1.01)
        assert here.script.connections == 2


async def test_where_a_new_connection_takes_longer_the_rest_is_waited_for_and_a_spare_made() -> None:
    async with house() as here:
        await here.ask(GET)
        here.sender._took[here.script.base] = 10.0
        asyncio.get_running_loop().call_later(REST_SECONDS / 2, here.rest)
        assert await here.ask(POST), "the one that rested"
        await asyncio.sleep(0.01)
        assert here.script.connections == 2
        assert await here.ask(POST), "the spare: it has answered nothing, and need not rest"


@pytest.mark.parametrize("write", [False, True], ids=["reads", "writes"])
@pytest.mark.parametrize("behind", [0.0, 0.0003, 0.001, 0.003], ids=["at once", "0.3 ms", "1 ms", "3 ms"])
async def test_an_answer_that_nobody_asked_for_answers_nobody(
    behind: float, write: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer is followed by another: it would be the next request's, on a connection used at once."""
    monkeypatch.setattr(
        "proxy.upstream.pool.REST_SECONDS", 0.1
    )  # what is late here may be later on a busy machine
    counted = itertools.count()

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK.replace(b"{}", b"%02d" % next(counted)))
        await asyncio.sleep(behind)
        writer.write(OK.replace(b"{}", b"66"))

    async with upstream(twice) as script:
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), time.monotonic)
        for nth in range(40):
            answer = await sender.send(script.base, POST if write else GET, repeatable=not write)
            assert await answer.read_small(100) == b"%02d" % nth
        await sender.close()
    assert len(script.requests) == 40
    assert script.connections == 40, "each serves one request, once more came than was asked for"


async def test_one_answer_too_many_is_mistaken_once_however_slow_the_host() -> None:
    """It comes the moment a request is there, and is taken for the answer. That one's own comes into the rest of the
    connection, and never stands for the next request's."""
    counted = itertools.count()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nth = next(counted)
        if nth == 4:
            writer.write(OK.replace(b"{}", b"66"))
        await asyncio.sleep(0.06)
        writer.write(OK.replace(b"{}", b"%02d" % nth))

    got = []
    async with upstream(slow) as script:
        sender = Sender(Dialer(context=tls_context(), unsafe=True), UpstreamSettings(), time.monotonic)
        for _ in range(10):
            await asyncio.sleep(0.03)
            answer = await sender.send(script.base, GET, repeatable=True)
            got.append(await answer.read_small(100))
        await sender.close()
    assert got == [b"66" if nth == 4 else b"%02d" % nth for nth in range(10)]


async def test_a_slow_host_has_a_connection_at_hand_while_another_rests() -> None:
    async with house() as here:
        await here.ask(GET)
        here.sender._pool._slowest[here.script.base] = 0.1
        assert await here.ask(GET, after=1)
        await asyncio.sleep(0.05)
        assert here.script.connections == 2
        assert await here.ask(GET), "the spare, while the first one rests"
        await asyncio.sleep(0.05)
        for _ in range(20):
            assert await here.ask(GET, after=0.101)
        assert here.script.connections == 3, "three are enough for one client"


async def test_where_very_many_rest_those_that_answered_first_are_used() -> None:
    async with house() as here:
        pool, base = here.sender._pool, here.script.base
        pool._slowest[base] = 0.2
        for _ in range(18):
            assert not await here.ask(GET)
        assert not await here.ask(GET), "none has rested the least time"
        left = pool.rest_left(base)
        assert left is not None
        assert left <= REST_SECONDS, "and who waits for one waits no longer than that"
        assert await here.ask(GET, after=REST_SECONDS * 1.01)


async def test_a_host_that_ends_idle_connections_with_words_is_not_distrusted() -> None:
    """408, unasked, before the end: common, and no answer to anybody."""
    async with house() as here:
        await here.ask(GET)
        (connection,) = here.sender._pool.waiting(here.script.base)
        here.hand.now += 30
        here.sender._pool.came_unasked(connection)
        assert await here.ask(GET), "used again"


async def test_trust_comes_back() -> None:
    async with house() as here:
        await here.ask(GET)
        (connection,) = here.sender._pool.waiting(here.script.base)
        here.sender._pool.came_unasked(connection)
        for _ in range(3):
            assert not await here.ask(GET, after=1)
        assert not await here.ask(GET, after=600)
        assert await here.ask(GET, after=1)
