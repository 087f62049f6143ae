"""The 14 fault points: how each is produced, what may be said of a request that meets it, and a run over all.

A *trial* is one gateway process before one exchange that fails at one point. Trials in which everybody waits for a
time-out run beside those that are busy.
"""

import asyncio
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from harness.authority import Authority
from proxy.core.redaction import FlowRecord
from tests.faults.frame import Answer, Gateway, Order, gateway, load, read, scaled, write
from tests.faults.upstream import Exchange, Fault, Request, exchange, http

WRITES: Final = 10_000
_READS: Final = 1_400
_WAITING_CLIENTS: Final = 64
_STAGGER_SECONDS: Final = 0.05  # where seconds count: not all in the same instant
_BUSY_CLIENTS: Final = 16
_BUSY_TRIALS: Final = 2
_BEGIN: Final = 26  # octets that tell the kinds of requests apart
_KINDS: Final = 5  # of writes, see `frame.write`

type Asked = tuple[Order, Answer]
type Arrange = Callable[["Scene"], Awaitable[None]]


@dataclass(slots=True)
class Scene:
    """One trial's exchange and gateway."""

    exchange: Exchange
    gateway: Gateway
    foreign: ssl.SSLContext  # a certificate of an authority that the gateway does not trust
    sizes: dict[bytes, int]  # octets of the requests of each kind, as they arrive, by how they begin


@dataclass(frozen=True, slots=True)
class Point:
    """One fault point. `arrangements` share its requests; `may_be` are the execution states that are true."""

    name: str
    arrangements: tuple[Arrange, ...]
    may_be: frozenset[str]
    how: str
    transports: tuple[str, ...] = ("http", "https")
    waits: bool = False  # for a time-out, or for what the look-up of a lost write finds
    timed: bool = False  # how long it takes is measured
    resolver: str | None = None  # what the resolver of its gateway does from the start
    spares: bool = (
        False  # only requests on a connection that answered before meet the fault; others are answered
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial: pairs of request and answer, the exchange's counts, the journal's flows."""

    point: Point
    transport: str
    writes: list[Asked]
    reads: list[Asked]
    exchange: Exchange
    flows: dict[str, FlowRecord]
    intents: frozenset[str]
    stale_writes: int

    def missed(self, answer: Answer) -> bool:
        """Whether a request never came as far as this point: on a busy machine a connection may take over 5 s."""
        flow = self.flows.get(answer.request_id)
        early = flow is not None and flow.fault_stage in ("dns", "connect", "tls")
        return "not_sent" not in self.point.may_be and answer.execution == "not_sent" and early


def _resolver(mode: str) -> Arrange:
    """Names that were resolved once are remembered: a gateway that is to feel this is started with it."""

    async def arrange(scene: Scene) -> None:
        assert scene.gateway.resolver is not None
        scene.gateway.resolver.write_text(mode)
        await scene.exchange.drop()

    return arrange


async def _refuse(scene: Scene) -> None:
    await scene.exchange.refuse()


async def _lose_syns(scene: Scene) -> None:
    if not await scene.exchange.lose_syns():
        raise RuntimeError("this kernel answers SYNs beyond a full queue: a lost SYN cannot be produced")


async def _foreign_certificate(scene: Scene) -> None:
    scene.exchange.tls = scene.foreign
    await scene.exchange.drop()


async def _handshake_reset(scene: Scene) -> None:
    scene.exchange.tls = None
    scene.exchange.cut_after = 60  # within the ClientHello
    await scene.exchange.drop()


async def _handshake_silent(scene: Scene) -> None:
    scene.exchange.tls = None  # waits for a request line that never comes
    await scene.exchange.drop()


async def _reset_at_once(scene: Scene) -> None:
    scene.exchange.cut_after = 0
    await scene.exchange.drop()


def _half(*, but_last: bool) -> Arrange:
    """RemovedPair in the middle of each request of a client, or right before its last octet."""

    async def arrange(scene: Scene) -> None:
        def cut(begin: bytes) -> int | None:
            size = scene.sizes.get(begin[:_BEGIN])
            return size and (size - 1 if but_last else size // 2)

        scene.exchange.cut_script = cut

    return arrange


def _scripted(fault: Fault) -> Arrange:
    """For requests of clients; time questions and look-ups of the gateway's own are answered."""

    async def arrange(scene: Scene) -> None:
        def script(request: Request) -> Fault | None:
            return None if request.is_time or request.is_lookup else fault

        scene.exchange.script = script

    return arrange


async def _stale(scene: Scene) -> None:
    scene.exchange.stale_share = 1.0


_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
_CODES: Final = ((500, -1000), (500, -1001), (503, -1006), (504, -1007), (503, -1008))
_CONNECT: Final = frozenset({"not_sent"})
_LATER: Final = frozenset({"unknown"})

POINTS: Final = (
    Point(
        "DNS fails",
        (_resolver("fail"),),
        _CONNECT,
        "getaddrinfo of the process replaced: it raises EAI_NONAME, from the start",
        transports=("http",),
        resolver="fail",
    ),
    Point(
        "DNS hangs",
        (_resolver("hang"),),
        _CONNECT,
        "getaddrinfo of the process replaced: it blocks its thread, from the start",
        transports=("http",),
        waits=True,
        timed=True,
        resolver="hang",
    ),
    Point("refused", (_refuse,), _CONNECT, "the port is closed"),
    Point(
        "SYN lost", (_lose_syns,), _CONNECT, "listen(0), a full queue, nobody accepts", waits=True, timed=True
    ),
    Point(
        "TLS fails",
        (_foreign_certificate, _handshake_reset),
        _CONNECT,
        "a certificate of another authority; RST after 60 octets of the ClientHello",
        transports=("https",),
    ),
    Point(
        "reset after 0 bytes",
        (_reset_at_once,),
        _CONNECT | _LATER,
        "RST right after accept, or after the handshake; `not_sent` where the gateway saw it before it wrote",
        waits=True,
    ),
    Point(
        "reset after half the request",
        (_half(but_last=False), _half(but_last=True)),
        _LATER,
        "RST when half of the request, or all but its last octet, was read",
        waits=True,
    ),
    Point(
        "read and closed without answer",
        (_scripted(Fault(b"", "close")), _scripted(Fault(b"", "reset"))),
        _LATER,
        "FIN, or RST, when the last octet was read",
    ),
    Point(
        "half a status line",
        (_scripted(Fault(b"HTTP/1.1 20", "close")),),
        _LATER,
        "`HTTP/1.1 20`, then FIN",
    ),
    Point(
        "headers then close",
        (_scripted(Fault(_HEAD, "close")), _scripted(Fault(_HEAD[:-2], "close"))),
        _LATER,
        "a head with Content-Length and no body, or a head without its empty line, then FIN",
    ),
    Point(
        "body cut short",
        (_scripted(Fault(_HEAD + b'{"orderId":28,', "close")), _scripted(Fault(_HEAD + b"{}", "reset"))),
        _LATER,
        "a head and the first octets of the body, then FIN or RST",
    ),
    Point(
        "silence", (_scripted(Fault(end="hang")),), _LATER, "read, and nothing more", waits=True, timed=True
    ),
    Point(
        "5xx with -1000/-1001/-1006/-1007/-1008",
        tuple(_scripted(Fault(http(status, {"code": code, "msg": "x"}))) for status, code in _CODES),
        _LATER,
        "answered properly with 500, 503 or 504; executed all the same",
    ),
    Point(
        "idle connection closed just as we write",
        (_stale,),
        _LATER,
        "RST when the first octet of the next request arrives",
        waits=True,
        spares=True,
    ),
)

HANDSHAKE_SILENT: Final = Point(
    "TLS handshake never answered",
    (_handshake_silent,),
    _CONNECT,
    "accepted, and nothing more",
    transports=("https",),
    waits=True,
    timed=True,
)
"""Not among the 14: a fifth way to be unreachable."""

_done: dict[float, list[Trial]] = {}


async def trials(scale: float) -> list[Trial]:
    """Every point; run once a scale, for all cases that look at it.

    Time-outs come last and alone, so that their seconds are not those of other trials at work.
    """
    if scale not in _done:
        timed = tuple(point for point in (*POINTS, HANDSHAKE_SILENT) if point.timed)
        others = tuple(point for point in POINTS if not point.timed)
        _done[scale] = [*await run(others, scale), *await run(timed, scale)]
    return _done[scale]


async def run(points: tuple[Point, ...], scale: float, config: dict[str, Any] | None = None) -> list[Trial]:
    """Each point over its transports, with its share of the requests. `config`: of the gateways."""
    with tempfile.TemporaryDirectory(prefix="faults-ca-") as folder:
        trusted = Authority(Path(folder))
        runner = _Runner(
            ca=trusted.file,
            contexts={"http": None, "https": trusted.context()},
            foreign=Authority(Path(folder), "foreign authority").context(),
            scale=scale,
            config=config,
            turns=asyncio.Semaphore(_BUSY_TRIALS),
            start=asyncio.Barrier(sum(len(point.transports) for point in points if point.waits) or 1),
        )
        async with asyncio.TaskGroup() as group:
            running = [
                group.create_task(runner.trial(point, transport))
                for point in points
                for transport in point.transports
            ]
        return [trial.result() for trial in running]


@dataclass(frozen=True, slots=True)
class _Runner:
    """What all trials of a run share."""

    ca: Path
    contexts: dict[str, ssl.SSLContext | None]
    foreign: ssl.SSLContext
    scale: float
    config: dict[str, Any] | None
    turns: asyncio.Semaphore  # of trials at work
    start: asyncio.Barrier  # of waiting trials: none begins while the gateway of another is still starting

    async def trial(self, point: Point, transport: str) -> Trial:
        async with AsyncExitStack() as stack:
            if not point.waits:
                await stack.enter_async_context(self.turns)
            failing = await stack.enter_async_context(exchange(self.contexts[transport]))
            base = f"http://localhost:{failing.port}" if point.resolver else failing.base
            running = await stack.enter_async_context(
                gateway(base, ca=self.ca, resolver=point.resolver or False, config=self.config)
            )
            sizes = {} if point.resolver else await warm_up(failing, running)
            if point.waits:
                await self.start.wait()
            written, asked = await self._ask(point, Scene(failing, running, self.foreign, sizes))
            if running.resolver is not None:
                running.resolver.write_text("ok")
            await running.stop()
            flows, intents = running.flows(), frozenset(running.intents())
        return Trial(point, transport, written, asked, failing, flows, intents, failing.stale_writes)

    async def _ask(self, point: Point, scene: Scene) -> tuple[list[Asked], list[Asked]]:
        """The writes and the reads of all arrangements, with their answers."""
        share = len(POINTS) * len(point.transports)
        writes, reads = scaled(WRITES / share, self.scale, 10), scaled(_READS / share, self.scale, 4)
        clients = _WAITING_CLIENTS if point.waits else _BUSY_CLIENTS
        ask = partial(load, clients=clients, stagger=_STAGGER_SECONDS if point.timed else 0.0)
        numbers = count()
        written: list[Asked] = []
        asked: list[Asked] = []
        for arrange in point.arrangements:
            await arrange(scene)
            orders, some = _requests(point, numbers, writes, reads)
            got, answered = await asyncio.gather(ask(scene.gateway, orders), ask(scene.gateway, some))
            written += got
            asked += answered
        return written, asked


def _requests(
    point: Point, numbers: Iterator[int], writes: int, reads: int
) -> tuple[list[Order], list[Order]]:
    """The share of one arrangement. Of a point that spares, twice as many: every other one is spared."""
    parts = len(point.arrangements)
    each = -(-writes // parts) * (2 if point.spares else 1)
    chosen = [write(f"w{number:07}", number) for number in (next(numbers) for _ in range(each))]
    return chosen, [read(f"r{next(numbers):07}") for _ in range(-(-reads // parts))]


async def warm_up(failing: Exchange, running: Gateway) -> dict[bytes, int]:
    """One healthy request of each kind; their sizes as they arrive."""
    orders = [*(write(f"v{kind:07}", kind) for kind in range(_KINDS)), read("v0000005")]
    answers = await load(running, orders, clients=1)
    if any(answer.status != 200 for _, answer in answers):
        raise RuntimeError(f"the healthy exchange was not reached: {answers[0][1]}")
    sizes = sizes_of(failing.received)
    failing.received.clear()
    return sizes


def sizes_of(received: list[Request]) -> dict[bytes, int]:
    """Octets of the requests of clients, by how they begin: where to cut others like them."""
    clients = [request for request in received if request.test_id]
    return {(f"{one.method} {one.path}?".encode() + one.query)[:_BEGIN]: one.octets for one in clients}
