"""A hostile upstream for `make fuzz`: every answer is drawn anew, and bears the tag of the request that it is for.

Whatever octets it sends for request 17 hold `tag-17-...-`. What nobody asked for, a second answer or one before the
request, bears a tag that no request has. So a client that sees another tag than its own was given an answer that is not
its own.

One thing no client of HTTP/1.1 can tell apart, and docs/connections.md says so: an answer that nobody asked for, sent when the next
request has already reached the sender's machine. It is not sent where the kernel says that a request is there; where one
came in the instant of sending, the tag is noted as crossed.
"""

import asyncio
import contextlib
import fcntl
import math
import random
import socket
import struct
import termios
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from proxy.upstream.pool import REST_SECONDS
from tests.hostile.drawn_answers import (
    Drawn,
    drawn_answer,
    interim,
    mangled,
    odd_answer,
    tag_in,
    tag_of,
)

UNASKED: Final = 10**9
"""Numbers of tags from here on belong to no request."""
_PATIENCE_SECONDS: Final = 0.06
"""So long an answer that may have no end is left open; only a few stay silent for as long as the gateway waits."""
_SOON_SECONDS: Final = (0, 0, 0.0003, 0.001, 0.003)
_LATE_SECONDS: Final = (0.025, 0.04)
"""Behind an answer: while its connection rests, and when it may be used again."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How often something comes, as parts of 1; 0 for never."""

    odd: float = 0.0
    """An answer whose framing is wrong."""
    mangled: float = 0.0
    unasked: float = 0.0
    """A second answer behind the first, at once or later, or one before the request."""
    waits: float = 0.0
    """An answer that asks to wait."""
    silent: float = 0.001
    hangs_up: float = 0.015
    cut: float = 0.015
    honest: bool = False


@dataclass
class TaggedUpstream:
    """`seen` counts what came by tag; `reused`: how many of these over a connection that had served before."""

    chance: random.Random
    url: str = ""
    manners: Manners = field(default_factory=Manners)
    seen: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    came: int = 0
    reused: int = 0
    unasked: list[str] = field(default_factory=list)
    """Of what nobody asked for, by number from `UNASKED` on: of which kind it was."""
    crossed: set[int] = field(default_factory=set)
    """Numbers of what nobody asked for and no client could have told apart."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until an answer ends it or the other side does."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError
            ):
                if self.chance.random() < self.manners.unasked / 4:
                    self.send_unasked(reader, writer, "before a request")
                await _Talk(self, reader, writer).run()
        finally:
            writer.transport.abort() if self.chance.random() < 0.1 else writer.close()

    def send_unasked(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        kind: str,
        answered: float = -math.inf,
    ) -> None:
        """What nobody asked for, whole or not. `answered`: when the answer before had left (monotonic).

        While a connection rests, no request can be here, or the gateway did not let it rest. Later, nothing is sent where
        one is here already: it would be the answer to that.
        """
        number = UNASKED + len(self.unasked)
        octets = drawn_answer(tag_of(number), self.chance, Counter()).octets
        octets = octets[: self.chance.choice((1, 10, len(octets), len(octets)))]
        if self.send_more(reader, writer, octets, number, answered):
            self.unasked.append(kind)
            self.kinds[f"unasked {kind}"] += 1

    def send_more(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        octets: bytes,
        number: int,
        answered: float,
    ) -> bool:
        """Octets with this tag that are no answer to a request; whether they were sent, see `send_unasked`."""
        if writer.is_closing() or (not _rests(answered) and has_come(reader, writer)):
            return False
        writer.write(octets)
        if not _rests(answered) and has_come(reader, writer):
            self.crossed.add(number)
        return True


def _rests(answered: float) -> bool:
    """Whether the connection that was answered on then must rest now, whatever the gateway thinks of its beginning."""
    return time.monotonic() - answered < REST_SECONDS * 0.9


def has_come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether octets of a request are here, read or in the kernel."""
    sock: socket.socket = writer.get_extra_info("socket")
    try:
        waiting = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.FIONREAD, bytes(4)))[0]
    except (OSError, ValueError):  # it has ended
        return False
    return bool(waiting) or bool(reader._buffer)  # type: ignore[attr-defined]  # it tells in no other way without taking


class _Talk:
    """One connection of the upstream."""

    def __init__(
        self, upstream: TaggedUpstream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._upstream, self._reader, self._writer = upstream, reader, writer
        self._served = 0

    async def run(self) -> None:
        """Raises TimeoutError where an answer without an end had its time."""
        patience: float | None = None
        while True:
            async with asyncio.timeout(patience):
                head = await self._reader.readuntil(b"\r\n\r\n")
            body_left = _length(head)
            number = tag_in(head)
            if number is None:
                number = tag_in(await self._reader.readexactly(body_left))
                body_left = 0
            drawn = await self._answer(head, number, early=bool(body_left))
            if drawn is None or drawn.ends:
                return
            await self._reader.readexactly(body_left)
            patience = None if drawn.sound else _PATIENCE_SECONDS

    async def _answer(self, head: bytes, number: int | None, *, early: bool) -> Drawn | None:
        """What was sent; None: nothing more may come on this connection. `early`: before the request was read whole."""
        if number is None:
            self._writer.write(_plain_answer(head))
            return Drawn(b"")
        self._count(number)
        if self._upstream.manners.honest:
            self._writer.write(_said(b"200 OK", tag_of(number)))
            return Drawn(b"")
        self._upstream.kinds["early"] += early
        return await self._hostile(number)

    def _count(self, number: int) -> None:
        upstream = self._upstream
        upstream.seen[number] += 1
        upstream.came += 1
        upstream.reused += self._served > 0
        self._served += 1

    async def _hostile(self, number: int) -> Drawn | None:
        """As `_answer`, for the request of this tag."""
        upstream, chance, manners = self._upstream, self._upstream.chance, self._upstream.manners
        draw = chance.random()
        if draw < manners.silent:
            upstream.kinds["silence"] += 1
            await asyncio.sleep(2.0)
            return None
        if draw < manners.silent + manners.hangs_up:
            upstream.kinds["hangs up"] += 1
            return None
        drawn = self._draw(tag_of(number))
        if draw > 1 - manners.cut:
            upstream.kinds["cut"] += 1
            drawn = Drawn(drawn.octets[: chance.randrange(len(drawn.octets))], ends=True)
        answered = await self._write(drawn.octets, in_pieces=drawn.sound and chance.random() < 0.2)
        if not drawn.ends and chance.random() < manners.unasked:
            await self._more_behind(drawn, number, answered)
        return drawn

    def _draw(self, tag: bytes) -> Drawn:
        upstream, chance, manners = self._upstream, self._upstream.chance, self._upstream.manners
        draw = chance.random()
        if draw < manners.waits:
            return drawn_answer(tag, chance, upstream.kinds, waits=True)
        if draw < manners.waits + manners.odd:
            if chance.random() < 0.1:
                upstream.kinds["interim alone"] += 1
                return Drawn(interim(tag, chance), sound=False)
            return odd_answer(tag, chance, upstream.kinds)
        drawn = drawn_answer(tag, chance, upstream.kinds)
        if draw < manners.waits + manners.odd + manners.mangled:
            upstream.kinds["mangled"] += 1
            drawn = Drawn(mangled(drawn.octets, chance), drawn.ends, sound=False)
        return drawn

    async def _more_behind(self, drawn: Drawn, number: int, answered: float) -> None:
        """A second answer. Behind one that may not have ended it is a part of that, and has its tag."""
        tag = tag_of(number)
        upstream, chance = self._upstream, self._upstream.chance
        if not drawn.sound:
            await asyncio.sleep(chance.choice(_SOON_SECONDS))
            more = drawn_answer(tag, chance, Counter()).octets
            upstream.kinds["more of an odd one"] += upstream.send_more(
                self._reader, self._writer, more, number, answered
            )
        elif chance.random() < 0.8:
            await asyncio.sleep(chance.choice(_SOON_SECONDS))
            upstream.send_unasked(self._reader, self._writer, "behind an answer", answered)
        else:
            await asyncio.sleep(chance.choice(_LATE_SECONDS))
            upstream.send_unasked(self._reader, self._writer, "on an idle connection", answered)

    async def _write(self, octets: bytes, *, in_pieces: bool) -> float:
        """In one piece, or in up to eight. The instant before the last of them (monotonic)."""
        chance, size = self._upstream.chance, max(len(octets), 1)
        if in_pieces:
            self._upstream.kinds["split"] += 1
            size = max(len(octets) // chance.choice((2, 3, 8)), 1)
        while len(octets) > size and not self._writer.is_closing():
            self._writer.write(octets[:size])
            octets = octets[size:]
            await asyncio.sleep(chance.choice((0, 0, 0.0002, 0.002)))
        last = time.monotonic()
        self._writer.write(octets)
        await self._writer.drain()
        return last


def _length(head: bytes) -> int:
    """Octets of the body; the gateway sends no chunks."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _plain_answer(head: bytes) -> bytes:
    """To what the gateway asks for itself: the time, and what became of an order."""
    if head.startswith(b"GET /api/v3/order"):
        return _said(b"400 Bad Request", b'{"code":-2013,"msg":"Order does not exist."}')
    return _said(b"200 OK", b'{"serverTime":%d}' % (time.time_ns() // 1_000_000))


def _said(status: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@asynccontextmanager
async def tagged_upstream(chance: random.Random) -> AsyncIterator[TaggedUpstream]:
    """On a free port of loopback."""
    upstream = TaggedUpstream(chance)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    upstream.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield upstream
    finally:
        server.close()
        for task in list(upstream.tasks):
            task.cancel()
        await asyncio.gather(*upstream.tasks, return_exceptions=True)
