"""A hostile upstream for `make fuzz`: every answer is drawn anew, and bears the tag of the request that it is for.

Whatever octets it sends while it has request 17 before it hold `tag-17-...-`, also those that nobody asked for. So a client
that sees another tag than its own was given an answer that is not its own.
"""

import asyncio
import contextlib
import gzip
import json
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from tests.hostile.bad_answers import DEEP
from tests.upstream.scripted import read_request

_TAG: Final = re.compile(rb"tag-([0-9]+)-([0-9a-f]{8})-")
_STATUSES: Final = (
    200,
    200,
    200,
    201,
    204,
    300,
    304,
    400,
    400,
    401,
    404,
    408,
    409,
    451,
    500,
    502,
    503,
    504,
    599,
)
"""None that asks to wait (429, 418, 403): those would be obeyed, and nothing more were sent."""
_TOKENS: Final = (
    b"\r\n", b"\n", b"\r", b"\x00", b" ", b":", b"\r\n\r\n", b"0\r\n\r\n", b"{", b"[", b'"', b"\\ud800", b"\xff", b"\x1b[31m",
    b"Content-Length: 1\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"HTTP/1.1 200 OK\r\n",
    b"Content-Encoding: gzip\r\n", b"-", b"9", b"NaN", b"\xed\xa0\x80", b"HTTP/1.1 100 Continue\r\n\r\n",
)  # fmt: skip
_STATUS_LINE: Final = 12


def tag_of(number: int) -> bytes:
    """With a sum of its digits, so that a mangled one is not another's."""
    return b"tag-%d-%08x-" % (number, zlib.crc32(b"%d" % number))


def tags_in(octets: bytes) -> set[int]:
    return {int(found[1]) for found in _TAG.finditer(octets) if found[0] == tag_of(int(found[1]))}


@dataclass
class TaggedUpstream:
    """`seen` counts what came by tag. `mangles`: answers are also mutated, and followed by what nobody asked for."""

    chance: random.Random
    url: str = ""
    mangles: bool = False
    honest: bool = False
    seen: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while octets := await read_request(reader):
                    if not await self._answer(octets, writer):
                        break
        finally:
            writer.transport.abort() if self.chance.random() < 0.1 else writer.close()

    async def _answer(self, octets: bytes, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        found = _TAG.search(octets)
        if found is None:  # the question for the time
            body = b'{"serverTime":%d}' % (time.time_ns() // 1_000_000)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            return True
        self.seen[int(found[1])] += 1
        if self.honest:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(found[0]), found[0]))
            return True
        return await self._hostile(found[0], writer)

    async def _hostile(self, tag: bytes, writer: asyncio.StreamWriter) -> bool:
        chance = self.chance
        draw = chance.random()
        if draw < 0.002:
            self.kinds["silence"] += 1
            await asyncio.sleep(2.0)
            return False
        if draw < 0.03:
            self.kinds["hangs up"] += 1
            return False
        answer, ends = drawn_answer(tag, chance, self.kinds)
        if self.mangles and chance.random() < 0.3:
            self.kinds["mangled"] += 1
            answer = mangled(answer, chance)
        if draw < 0.06:
            self.kinds["cut"] += 1
            answer, ends = answer[: chance.randrange(len(answer))], True
        await self._write(answer, writer)
        if self.mangles and chance.random() < 0.2:
            self.kinds["extra"] += 1
            await asyncio.sleep(chance.choice((0, 0, 0.0003, 0.001, 0.003)))
            extra, _ = drawn_answer(tag, chance, Counter())
            writer.write(extra[: chance.choice((1, 10, len(extra)))])
        return not ends

    async def _write(self, octets: bytes, writer: asyncio.StreamWriter) -> None:
        """In one piece, in two, or in many."""
        if self.chance.random() < 0.7:
            writer.write(octets)
        else:
            self.kinds["split"] += 1
            pieces = self.chance.choice((1, 2, 7))
            size = max(len(octets) // (pieces + 1), 1)
            for at in range(0, len(octets), size):
                if writer.is_closing():
                    break
                writer.write(octets[at : at + size])
                await asyncio.sleep(self.chance.choice((0, 0.0002, 0.002)))
        await writer.drain()


def drawn_answer(tag: bytes, chance: random.Random, kinds: Counter[str]) -> tuple[bytes, bool]:
    """An answer for this tag that is proper HTTP, and whether its connection ends behind it."""
    status = chance.choice(_STATUSES)
    kind, body = drawn_body(tag, chance)
    kinds[kind] += 1
    lines = [
        b"X-MBX-UUID: " + tag,
        b"Content-Type: " + chance.choice((b"application/json", b"text/html", b"x")),
    ]
    match chance.randrange(12):
        case 0:
            body = gzip.compress(body, 1)
            lines.append(b"Content-Encoding: gzip")
        case 1:
            body = zlib.compress(body, 1)
            lines.append(b"Content-Encoding: deflate")
        case 2:
            lines.append(b"Content-Encoding: gzip")  # a lie
    interim = b"HTTP/1.1 103 X\r\nX-A: %b\r\n\r\n" % tag * chance.choice((0,) * 8 + (1, 3, 30))
    reason = chance.choice((b"OK", b"", b"\xff\xfe " + tag))
    ends = chance.random() < 0.05
    if ends:
        lines.append(b"Connection: close")
    if status in (204, 304):
        body, framing = b"", None
    else:
        framing, body = _framed(body, chance, ends=ends)
    if framing is not None:
        lines.append(framing)
    chance.shuffle(lines)
    start = b"HTTP/1.1 %d %b" % (status, reason)
    return interim + b"\r\n".join((start, *lines, b"", b"")) + body, ends


def _framed(body: bytes, chance: random.Random, *, ends: bool) -> tuple[bytes | None, bytes]:
    match chance.randrange(4):
        case 0:
            size = chance.choice((1, 7, 1000, 100_000))
            parts = [body[at : at + size] for at in range(0, len(body), size)][:2000]
            parts[-1:] = [b"".join(parts[-1:]) + body[size * len(parts) :]]
            chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part)
            trailer = chance.choice((b"", b"", b"X-Trailer: 1\r\n" * 3))
            return b"Transfer-Encoding: chunked", chunks + b"0\r\n" + trailer + b"\r\n"
        case 1 if ends:
            return None, body
    return b"Content-Length: %d" % len(body), body


def drawn_body(tag: bytes, chance: random.Random) -> tuple[str, bytes]:
    """A kind, and content of this kind that holds the tag."""
    text = tag.decode()
    match chance.randrange(12):
        case 0:
            deep = chance.choice(("[", '{"a":')) * chance.choice((11, 99, 900, DEEP, 20_000))
            return "deep", f'{{"code":-1121,"msg":"{text}","data":{deep}'.encode()
        case 1:
            pair = chance.choice((("[", "]"), ('{"a":', "}")))
            levels = chance.choice((11, 99, 101, 900, DEEP))
            return "deep, closed", f'{{"msg":"{text}","a":{pair[0] * levels}1{pair[1] * levels}}}'.encode()
        case 2:
            code = chance.choice(
                ("1.5", "null", "true", "{}", "[]", '""', "NaN", "1e999", "-0", "9" * 5000, '"\\ud800"')
            )
            return "odd code", f'{{"code":{code},"msg":"{text}"}}'.encode()
        case 3:
            msg = chance.choice(
                (b"\xff\xfe", b"\\ud800", b"\xed\xa0\x80", b"\\u0000\\u001b[2J", b"a b " * 9000)
            )
            return "odd message", b'{"code":-1121,"msg":"%b%b"}' % (tag, msg)
        case 4:
            return "large", tag + b"x" * chance.choice((65_535, 65_537, 200_000))
        case 5:
            return "page", b"<html>" + tag + b"</html>"
        case 6:
            return "UTF-16", json.dumps({"code": -1121, "msg": text}).encode("utf-16")
        case 7:
            return "wide", json.dumps([{"tag": text, "n": n} for n in range(400)]).encode()
    return "plain", b'{"orderId":1,"tag":"%b"}' % tag


def mangled(octets: bytes, chance: random.Random) -> bytes:
    """One to three changes anywhere behind the status, which stays: another might ask to wait."""
    text = bytearray(octets)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(min(_STATUS_LINE, len(text)), min(len(text), 600) + 1)
        match chance.randrange(4):
            case 0 if at < len(text):
                text[at] = chance.randrange(256)
            case 1:
                del text[at : at + chance.choice((1, 2, 8, 64))]
            case 2:
                text[at:at] = text[at : at + chance.choice((4, 32))]
            case _:
                text[at:at] = chance.choice(_TOKENS)
    return bytes(text)


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
