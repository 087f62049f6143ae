"""The fault exchange: answers like Binance, checks every signature, counts what it read whole, fails as told.

It shares no line with the gateway. HTTP parsing is its own, so that a connection can be cut after an exact number
of octets; signatures are recomputed from the octets received (Binance's rest-api.md, "SIGNED endpoint security").

A request is *read* when its last octet was taken from the socket and its signature and timestamp were right: from
then on it counts as executed, whatever happens to the answer. That is the worst case for whoever sends twice.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import select
import socket
import ssl
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from harness.gateway import API_SECRET

OLD: Final = "old-"
"""Begins the client order ids of orders that stood before the writes of a run."""

_PUBLIC: Final = frozenset({"/api/v3/time", "/api/v3/ping", "/api/v3/depth", "/api/v3/ticker/price"})
_ROOM: Final = 65_536
_SHOWN: Final = 32
_REASONS: Final = {200: "OK", 400: "Bad Request"}


def http(status: int, content: object, *headers: str) -> bytes:
    """A whole answer. `content`: JSON to be, or the octets themselves."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = [
        f"HTTP/1.1 {status} {_REASONS.get(status, 'X')}",
        "Content-Type: application/json;charset=UTF-8",
        *headers,
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request that was read whole: `octets` are sent instead of the usual answer, then `end`.

    `octets` None: the usual answer. `end` "hang": nothing more, for ever. `seconds`: how long it waits first.
    """

    octets: bytes | None = None
    end: Literal["keep", "close", "reset", "hang"] = "keep"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was read whole. `test_id`: newClientOrderId, or origClientOrderId where there is none."""

    at: float  # instant on the monotonic clock
    method: str
    path: str
    query: bytes
    body: bytes
    headers: dict[str, str]  # lower-case names
    test_id: str
    nth: int  # on its connection, from 1
    octets: int  # in all
    refused: int = 0  # -1022, -1021 where signature or timestamp is wrong

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def is_lookup(self) -> bool:
        """A read of one order. Clients of the cases ask for `allOrders`, so it is the gateway that wants to know."""
        return not self.is_write and self.path == "/api/v3/order"

    @property
    def is_time(self) -> bool:
        return self.path.endswith("/time")


@dataclass(slots=True)
class Exchange:
    """One listening port of loopback, its script and its counts.

    Script: `script` chooses the fault of a request read whole (None: none). `cut_after` octets of a request every
    connection is reset (0: right after it was made); `cut_script` is shown the first 32 octets of a request and says
    after how many in all (None: not). `stale_share` of the requests on connections that answered before find the
    connection closed just as they are written. `tls` may be changed at any time for new connections.
    """

    base: str = ""
    port: int = 0
    tls: ssl.SSLContext | None = None
    script: Callable[[Request], Fault | None] = lambda _request: None
    cut_after: int | None = None
    cut_script: Callable[[bytes], int | None] | None = None
    stale_share: float = 0.0
    idle_close: Callable[[], float] | None = None  # seconds after an answer until the connection is closed
    clock_offset_ms: float = 0.0
    keep_received: bool = True
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    received: list[Request] = field(default_factory=list)
    executed: Counter[str] = field(default_factory=Counter)  # writes read whole and right, by test id
    asked: Counter[str] = field(default_factory=Counter)  # GETs of clients read whole, by test id
    requests: int = 0  # read whole, time questions too
    refused: int = 0  # signature or timestamp wrong
    mistimed: int = 0  # those among them whose signature was right
    connections: int = 0
    cut: int = 0  # requests of which only a part was read
    stale: int = 0  # connections closed just as a request was written
    stale_writes: int = 0  # those among them whose request was no GET, by its first octet

    _listener: socket.socket | None = None
    _accepting: asyncio.Task[None] | None = None
    open_now: "set[_Connection]" = field(default_factory=set)
    _fillers: list[socket.socket] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def unix_ms(self) -> int:
        return int(time.time() * 1000 + self.clock_offset_ms)

    @property
    def duplicates(self) -> int:
        """Writes that were executed more than once."""
        return sum(1 for times in self.executed.values() if times > 1)

    async def open(self) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self.base = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._listener.setblocking(False)
        self._listener.listen(1024)
        self._accepting = asyncio.create_task(self._accept(self._listener))

    async def refuse(self) -> None:
        """From now on connections are refused; those that stand are closed."""
        await self._stop_accepting()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self.drop()

    async def lose_syns(self) -> bool:
        """From now on no SYN is answered: nobody accepts, and the queue of the port is full. Whether that worked."""
        assert self._listener is not None
        await self._stop_accepting()
        with contextlib.suppress(BlockingIOError):  # who waits in the queue would have a connection
            while True:
                self._listener.accept()[0].close()
        self._listener.listen(0)
        for _ in range(8):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._fillers.append(filler)
        await self.drop()
        with socket.socket() as probe:
            probe.setblocking(False)
            try:
                async with asyncio.timeout(0.3):
                    await asyncio.get_running_loop().sock_connect(probe, ("127.0.0.1", self.port))
            except TimeoutError:
                return True
        return False

    async def drop(self) -> None:
        """Close every connection that stands, with FIN."""
        for connection in list(self.open_now):
            connection.close()
        await asyncio.sleep(0.05)

    async def close(self) -> None:
        for filler in self._fillers:
            filler.close()
        await self.refuse()
        for connection in list(self.open_now):
            connection.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _stop_accepting(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait({self._accepting})
            self._accepting = None

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            sock, _ = await loop.sock_accept(listener)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            if self.tls is None and self.cut_after == 0:
                _reset(sock)
                sock.close()
                continue
            self.spawn(self._serve(sock))

    async def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: _Connection(self), sock, ssl=self.tls, ssl_handshake_timeout=30 if self.tls else None
            )

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note(self, request: Request) -> None:
        self.requests += 1
        if self.keep_received:
            self.received.append(request)
        if request.refused:
            self.refused += 1
            self.mistimed += request.refused == -1021
        elif request.is_write:
            self.executed[request.test_id] += 1
        elif request.test_id and not request.is_lookup:
            self.asked[request.test_id] += 1

    def usual_answer(self, request: Request) -> bytes:
        if request.refused == -1022:
            return http(400, {"code": -1022, "msg": "Signature for this request is not valid."})
        if request.refused:
            return http(
                400, {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
            )
        if request.is_time:
            return http(200, {"serverTime": self.unix_ms()})
        if request.is_write:
            return http(200, _order(request.test_id), "X-MBX-USED-WEIGHT-1M: 1")
        if request.path == "/api/v3/order":
            return self._order_answer(request.test_id)
        return http(200, {"canTrade": True, "balances": []}, "X-MBX-USED-WEIGHT-1M: 20")

    def _order_answer(self, asked: str) -> bytes:
        """What a look-up sees: an order once it was placed; an old one (`old-`) until the write about it cancels it."""
        if asked.startswith(OLD):
            cancelled = asked.removeprefix(OLD) in self.executed
            return http(200, _order(asked) | {"status": "CANCELED" if cancelled else "NEW"})
        if asked in self.executed:
            return http(200, _order(asked))
        return http(400, {"code": -2013, "msg": "Order does not exist."})

    def judge(self, method: str, path: str, query: bytes, body: bytes) -> int:
        """0 for a request as Binance wants it, else its code."""
        if path in _PUBLIC or path.endswith("/time"):
            return 0
        signed, _, signature = query.rpartition(b"&signature=")
        form = b"" if body[:1] in (b"{", b"[") else body
        right = hmac.new(API_SECRET.encode(), signed + form, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(right, signature):
            return -1022
        values = dict(parse_qsl((query + b"&" + form).decode("latin-1")))
        now, stamp = self.unix_ms(), int(values.get("timestamp", "0"))
        window = float(values.get("recvWindow", "5000"))
        return 0 if now - window <= stamp < now + 1000 else -1021


def _order(test_id: str) -> dict[str, object]:
    return {"symbol": "BTCUSDT", "orderId": 28, "clientOrderId": test_id, "status": "FILLED", "side": "BUY"}


def _reset(sock: socket.socket) -> None:
    """Make the next close a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Connection(asyncio.BufferedProtocol):
    """Reads no octet further than it was told: the buffer it gives has exactly the room that is left."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.room = bytearray(_ROOM)
        self.buffer = bytearray()
        self.nth = 0
        self.limit: int | None = None
        self.stale = False
        self.busy = False
        self.closer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.exchange.open_now.add(self)
        if self.exchange.cut_after == 0:
            self.reset()

    def connection_lost(self, exc: Exception | None) -> None:
        self.exchange.open_now.discard(self)
        self._keep_open()

    def get_buffer(self, sizehint: int) -> memoryview:
        if not self.buffer and not self.busy:
            self._begin()
        room = _ROOM if self.limit is None else max(1, self.limit - len(self.buffer))
        return memoryview(self.room)[: min(room, _ROOM)]

    def buffer_updated(self, nbytes: int) -> None:
        self.buffer += self.room[:nbytes]
        if self.limit is not None and len(self.buffer) >= self.limit:
            self._at_limit(self.limit)
        elif not self.busy:
            self._next()

    def _at_limit(self, limit: int) -> None:
        """As many octets as may be read for now."""
        exchange = self.exchange
        if self.stale:
            exchange.stale += 1
            exchange.stale_writes += self.buffer[:1] != b"G"
        elif limit == _SHOWN and exchange.cut_script is not None:
            self.limit = exchange.cut_script(bytes(self.buffer))
            return
        else:
            exchange.cut += 1
        self.reset()

    def close(self) -> None:
        self.transport.close()

    def reset(self) -> None:
        sock = self.transport.get_extra_info("socket")
        if sock is not None and not self.transport.is_closing():
            _reset(sock)
        self.transport.abort()

    def _close_idle(self) -> None:
        """As servers do that handle what arrived before what is due: not while a request is waiting to be read."""
        sock = self.transport.get_extra_info("socket")
        poll = select.poll()
        if sock is not None and sock.fileno() >= 0:
            poll.register(sock.fileno(), select.POLLIN)
        if not self.buffer and not poll.poll(0):
            self.close()

    def _begin(self) -> None:
        """A request begins: is it one that will be cut?"""
        exchange = self.exchange
        self._keep_open()
        self.limit = exchange.cut_after if exchange.cut_script is None else _SHOWN
        self.stale = self.nth > 0 and exchange.dice.random() < exchange.stale_share
        if self.stale:
            self.limit = 1

    def _keep_open(self) -> None:
        if self.closer is not None:
            self.closer.cancel()
            self.closer = None

    def _next(self) -> None:
        """Serve the request at the head of the buffer, if it is whole."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = bytes(self.buffer[:end]).split(b"\r\n")
        headers = {
            name.decode("latin-1").lower(): value.strip().decode("latin-1")
            for name, _, value in (line.partition(b":") for line in lines[1:])
        }
        whole = end + 4 + int(headers.get("content-length", "0"))
        if len(self.buffer) < whole:
            return
        body = bytes(self.buffer[end + 4 : whole])
        del self.buffer[:whole]
        self.nth += 1
        request = self._request(lines[0], headers, body, whole)
        self.exchange.note(request)
        fault = self.exchange.script(request)
        if fault is None or not fault.seconds:
            self._answer(request, fault)
        else:
            self.busy = True
            self.exchange.spawn(self._answer_later(request, fault))

    def _request(self, line: bytes, headers: dict[str, str], body: bytes, whole: int) -> Request:
        method, target, _ = line.decode("latin-1").split(" ")
        path, _, query = target.partition("?")
        values = dict(parse_qsl(query + "&" + body.decode("latin-1")))
        test_id = values.get("newClientOrderId") or values.get("origClientOrderId") or ""
        octets = query.encode("latin-1")
        refused = self.exchange.judge(method, path, octets, body)
        return Request(
            time.monotonic(), method, path, octets, body, headers, test_id, self.nth, whole, refused
        )

    async def _answer_later(self, request: Request, fault: Fault) -> None:
        await asyncio.sleep(fault.seconds)
        self._answer(request, fault)

    def _answer(self, request: Request, fault: Fault | None) -> None:
        self.busy = False
        octets = fault.octets if fault is not None else None
        if octets is None:
            octets = self.exchange.usual_answer(request)
        end = fault.end if fault is not None else "keep"
        if octets and not (end == "hang" and fault is not None and fault.octets is None):
            self.transport.write(octets)
        if end == "hang":
            self.busy = True
        elif end == "close":
            self.close()
        elif end == "reset":
            self.reset()
        else:
            self._after()

    def _after(self) -> None:
        if self.exchange.idle_close is not None:
            loop = asyncio.get_running_loop()
            self.closer = loop.call_later(self.exchange.idle_close(), self._close_idle)
        if self.buffer:
            self._next()


@asynccontextmanager
async def exchange(tls: ssl.SSLContext | None = None) -> AsyncIterator[Exchange]:
    """A fault exchange that listens; with `tls` over https."""
    running = Exchange(tls=tls)
    await running.open()
    try:
        yield running
    finally:
        await running.close()
