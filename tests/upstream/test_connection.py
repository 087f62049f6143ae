"""An answer wakes its reader once, and nothing that was not asked for answers anybody."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from proxy.core.errors import Execution, UpstreamError
from proxy.upstream.connection import Connection, Head, Timeouts
from tests.upstream.scripted import OK, Upstream, answers, upstream

GET = b"GET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n"
TIMEOUTS = Timeouts(5.0, 5.0, 5.0, time.monotonic)


@asynccontextmanager
async def connected(octets: bytes) -> AsyncIterator[tuple[Connection, Upstream]]:
    """A connection to an upstream that answers each request with `octets`."""
    async with upstream(answers(octets)) as script:
        host, port = script.base.removeprefix("http://").split(":")
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(loop, script.base), host, int(port))
        try:
            yield connection, script
        finally:
            connection.abort()


def take_in(connection: Connection, octets: bytes) -> None:
    """As the transport does it, at most a buffer at a time."""
    while octets:
        buffer = connection.get_buffer(-1)
        size = min(len(buffer), len(octets))
        buffer[:size] = octets[:size]
        connection.buffer_updated(size)
        octets = octets[size:]


async def body_of(connection: Connection) -> bytes:
    """All of the answer's body, part by part."""
    await connection.head()
    parts = []
    while part := await connection.read():
        parts.append(part)
    return b"".join(parts)


class Split:
    """Feeds an answer piece by piece, and counts how often the reader was woken."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.reading: asyncio.Task[Head] | None = None

    async def feed(self, *pieces: bytes) -> list[bool]:
        """After each piece: whether the head was handed out."""
        self.connection.write(b"", TIMEOUTS, time.monotonic())
        self.reading = asyncio.create_task(self.connection.head())
        await asyncio.sleep(0)
        seen = []
        for piece in pieces:
            take_in(self.connection, piece)
            for _ in range(3):
                await asyncio.sleep(0)
            seen.append(self.reading.done())
        return seen


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
LARGE = b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PIECES = {
    "a small one is handed out whole": ((HEAD, b"ab", b"cd"), [False, False, True]),
    "in one piece": ((HEAD + b"abcd",), [True]),
    "a large one at its head": ((LARGE, b"a"), [True, True]),
    "interim answers wake nobody": ((b"HTTP/1.1 103 Early Hints\r\n\r\n", HEAD + b"abcd"), [False, True]),
    "chunks until their end": ((CHUNKED, b"2\r\nab\r\n", b"0\r\n\r\n"), [False, False, True]),
    "chunks until they are many": ((CHUNKED, b"11170\r\n" + b"a" * 70_000), [False, True]),
}


@pytest.mark.parametrize(("pieces", "handed_out"), PIECES.values(), ids=PIECES)
async def test_a_reader_is_woken_when_there_is_enough(
    pieces: tuple[bytes, ...], handed_out: list[bool]
) -> None:
    async with connected(OK) as (connection, _):
        split = Split(connection)
        assert await split.feed(*pieces) == handed_out
        assert split.reading is not None
        assert (await split.reading).status == 200


async def test_the_instant_of_the_head_is_kept_when_the_rest_comes_later() -> None:
    clock = iter(range(100))
    timeouts = Timeouts(50, 50, 50, lambda: next(clock))
    async with connected(OK) as (connection, _):
        connection.write(b"", timeouts, next(clock))  # at 0
        reading = asyncio.create_task(connection.head())
        await asyncio.sleep(0)
        take_in(connection, HEAD)
        assert connection.head_at == 1
        take_in(connection, b"abcd")
        await reading
        assert connection.head_at == 1


async def test_silence_after_the_head_of_a_small_answer_is_a_fault_of_its_body() -> None:
    async with connected(OK) as (connection, _):
        split = Split(connection)
        await split.feed(HEAD, b"ab")
        connection.expire()
        assert split.reading is not None
        await split.reading
        assert await connection.read() == b"ab"
        with pytest.raises(UpstreamError) as caught:
            await connection.read()
    assert (caught.value.refusal.token, caught.value.stage) == ("upstream_timeout", "body")


async def test_silence_before_the_head_is_a_timeout() -> None:
    async with connected(OK) as (connection, _):
        split = Split(connection)
        await split.feed(b"HTTP/1.1 20")
        connection.expire()
        assert split.reading is not None
        with pytest.raises(UpstreamError) as caught:
            await split.reading
    assert (caught.value.refusal.token, caught.value.stage) == ("upstream_timeout", "head")


async def test_the_deadline_moves_with_progress_but_not_beyond_the_whole() -> None:
    clock = [0.0]
    async with connected(OK) as (connection, _):
        connection.write(b"", Timeouts(15, 15, 20, lambda: clock[0]), 0.0)
        reading = asyncio.create_task(connection.head())
        await asyncio.sleep(0)
        assert connection.deadline == 15
        clock[0] = 4
        take_in(connection, HEAD)
        assert connection.deadline == 19
        clock[0] = 10
        take_in(connection, b"ab")
        assert connection.deadline == 20
        take_in(connection, b"cd")
        await reading
        assert connection.deadline == float("inf")


STRICT = {
    "a folded line": b"HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 4\r\n\r\nabcd",
    "a line feed alone": b"HTTP/1.1 200 OK\r\nX-A: a\nContent-Length: 4\r\n\r\nabcd",
    "a control character": b"HTTP/1.1 200 OK\r\nX-A: a\x01\r\nContent-Length: 4\r\n\r\nabcd",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nX-A : a\r\nContent-Length: 4\r\n\r\nabcd",
    "two lengths, though the same": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\nabcd",
    "a length with a sign": b"HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nabcd",
    "two framings": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "too many lines": b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 129 + b"Content-Length: 4\r\n\r\nabcd",
    "a head without end": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 70_000,
    "interim answers without end": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 21,
    "trailers without end": CHUNKED + b"0\r\nX-A: " + b"a" * 140_000,
    "a chunk without a length": CHUNKED + b"\r\nab\r\n0\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("octets", STRICT.values(), ids=STRICT)
async def test_an_answer_that_is_not_strictly_http_is_none(octets: bytes) -> None:
    async with connected(OK) as (connection, _):
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, octets)
        with pytest.raises(UpstreamError) as caught:
            await body_of(connection)
        assert caught.value.refusal.token == "upstream_bad_answer"
        assert connection.end_answer() is False


ENDINGS = {
    "no length: the end of the connection is the end": (b"HTTP/1.1 200 OK\r\n\r\nabcd", None, b"abcd"),
    "a connection that breaks is no end": (b"HTTP/1.1 200 OK\r\n\r\nabcd", ConnectionResetError(), None),
    "a length that was not reached": (HEAD + b"ab", None, None),
    "chunks without the last": (CHUNKED + b"2\r\nab\r\n", None, None),
    "a coding that is not chunked": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab", None, None),
    "no body at all": (b"HTTP/1.1 204 No Content\r\n\r\n", None, b""),
}


@pytest.mark.parametrize(("octets", "error", "body"), ENDINGS.values(), ids=ENDINGS)
async def test_the_end_of_a_connection_ends_only_what_has_no_other_end(
    octets: bytes, error: Exception | None, body: bytes | None
) -> None:
    async with connected(OK) as (connection, _):
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, octets)
        connection.connection_lost(error)
        if body is not None:
            assert await body_of(connection) == body
        else:
            with pytest.raises(UpstreamError) as caught:
                await body_of(connection)
            assert caught.value.refusal.token == "upstream_no_answer"
            assert caught.value.refusal.execution is Execution.UNKNOWN
        assert not connection.is_alive()


async def test_what_a_slow_reader_leaves_waits_in_the_kernel() -> None:
    async with connected(OK) as (connection, _):
        transport = connection._transport
        assert transport is not None
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, LARGE)
        await connection.head()
        take_in(connection, b"a" * 60_000)
        assert transport.is_reading()
        take_in(connection, b"a" * 10_000)
        assert not transport.is_reading()
        while not connection.at_end:
            await connection.read()
        assert transport.is_reading()


LEFT_OVER = {
    "nothing": (b"", True),
    "a beginning of another answer": (b"HTTP/1.1 200 O", False),
    "one letter": (b"H", False),
    "a whole other answer": (OK, False),
    "something else": (b"\x00\x01", False),
}


@pytest.mark.parametrize(("more", "reusable"), LEFT_OVER.values(), ids=LEFT_OVER)
async def test_octets_behind_an_answer_end_the_connection(more: bytes, reusable: bool) -> None:
    async with connected(HEAD + b"abcd" + more) as (connection, _):
        connection.write(GET, TIMEOUTS, time.monotonic())
        await connection.head()
        assert connection.whole(10) == b"abcd"
        assert connection.end_answer() is reusable


async def test_trailers_stand_in_no_head() -> None:
    """Neither in their own answer's nor in that of the next one on the connection."""
    trailed = CHUNKED + b"2\r\nab\r\n0\r\nX-MBX-USED-WEIGHT-1M: 9\r\nRetry-After: 9\r\n\r\n"
    async with connected(OK) as (connection, _):
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, trailed)
        assert (await connection.head()).headers == ((b"Transfer-Encoding", b"chunked"),)
        assert connection.whole(10) == b"ab"
        assert connection.end_answer()
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, HEAD + b"abcd")
        assert (await connection.head()).headers == ((b"Content-Length", b"4"),)
        assert connection.whole(10) == b"abcd"


async def test_trailers_count_as_headers() -> None:
    lines = b"X-Trailer: 1\r\n" * 128
    async with connected(OK) as (connection, _):
        connection.write(b"", TIMEOUTS, time.monotonic())
        take_in(connection, CHUNKED + b"2\r\nab\r\n0\r\n" + lines + b"\r\n")
        await connection.head()
        assert connection.whole(10) is None
        assert not connection.end_answer()


async def test_octets_that_come_while_nobody_asked_end_the_connection() -> None:
    async with connected(OK) as (connection, _):
        connection.write(GET, TIMEOUTS, time.monotonic())
        await connection.head()
        assert connection.whole(10) == b"{}"
        assert connection.end_answer()
        assert connection.is_alive()
        take_in(connection, b"HTTP/1.1 200 OK\r\nContent-Len")
        assert not connection.is_alive()


@pytest.mark.parametrize(
    "octets", [OK, b"H", b"220 mail.test ESMTP\r\n"], ids=["an answer", "a letter", "a greeting"]
)
async def test_octets_before_the_first_request_end_the_connection_unused(octets: bytes) -> None:
    async with connected(OK) as (connection, script):
        take_in(connection, octets)
        with pytest.raises(UpstreamError) as caught:
            connection.write(GET, TIMEOUTS, time.monotonic())
        assert caught.value.refusal.token == "upstream_bad_answer"
        assert caught.value.refusal.execution is Execution.NOT_SENT
        assert script.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what has come")
async def test_octets_before_the_first_request_are_seen_where_they_are_not_read_yet() -> None:
    """They lie in our kernel while this code runs, since the event loop reads nothing meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(loop, "http://x"), *server.getsockname()
        )
        theirs, _ = server.accept()
        with theirs:
            theirs.sendall(OK)
            with pytest.raises(UpstreamError) as caught:
                connection.write(GET, TIMEOUTS, time.monotonic())
            assert caught.value.refusal.execution is Execution.NOT_SENT
            theirs.setblocking(False)
            with pytest.raises(BlockingIOError):
                theirs.recv(1)
        connection.abort()


@pytest.mark.parametrize("at", ["rest", "behind an answer"])
async def test_it_is_told_that_something_came_unasked(at: str) -> None:
    told: list[Connection] = []
    async with connected(OK) as (connection, script):
        connection._unasked = told.append
        script.acts = [answers(OK + OK if at == "behind an answer" else OK)]
        connection.write(GET, TIMEOUTS, time.monotonic())
        await connection.head()
        assert connection.whole(10) == b"{}"
        assert connection.end_answer() is (at != "behind an answer")
        take_in(connection, OK if at == "rest" else b"")
        assert told == [connection]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what has arrived")
async def test_what_comes_before_the_request_arrived_is_no_answer_to_it() -> None:
    """The upstream answers a long request that it does not read, so that the next one waits in our kernel."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(loop, "http://x"), *server.getsockname()[:2]
        )
        held.append(server.accept()[0])
        connection.write(GET + bytes(1 << 20), TIMEOUTS, time.monotonic())
        held[0].sendall(OK)
        await connection.head()
        assert connection.whole(10) == b"{}"
        assert connection.end_answer()
        connection.write(GET, TIMEOUTS, time.monotonic())
        held[0].sendall(OK.replace(b"{}", b"66"))
        with pytest.raises(UpstreamError) as caught:
            await connection.head()
        assert caught.value.refusal.token == "upstream_no_answer"
        assert caught.value.refusal.execution is Execution.UNKNOWN
        assert connection.octets_seen == 0, "a read may be sent again"
        assert not connection.end_answer()
        connection.abort()
        held[0].close()


async def test_a_connection_that_ended_is_not_written_to() -> None:
    async with connected(OK) as (connection, script):
        connection.close()
        with pytest.raises(UpstreamError) as caught:
            connection.write(GET, TIMEOUTS, time.monotonic())
        assert caught.value.refusal.execution is Execution.NOT_SENT
        assert script.requests == []
