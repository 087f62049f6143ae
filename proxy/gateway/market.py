"""What limits must know of the market, asked of the exchange: best prices, and what one contract is.

The questions are public GETs of the gateway's own, without key or signature. They obey holds and the brake, and weigh
what any request weighs; /weight names them `(gateway)`. Whatever goes wrong, the fact is absent, and a limit that
needs it refuses: nothing here raises.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from proxy.core.catalogue import Environment, PrefixFamily
from proxy.core.errors import RefusedError
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.head import Head, read_head
from proxy.core.market import (
    Book,
    Contract,
    MarketFacts,
    MarketNeed,
    Question,
    book_of,
    contracts_of,
    question_of,
)
from proxy.core.readings import Reading, counters
from proxy.core.routing import Router
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind, RawRequest
from proxy.gateway.call import OutgoingRequest
from proxy.gateway.dispatch import Dispatcher
from proxy.limits.spending import GATEWAY
from proxy.limits.throttle import Throttle
from proxy.runtime.exchange_clock import Clocks
from proxy.upstream.faults import fault
from proxy.upstream.response import UpstreamResponse

WAIT_SECONDS: Final = 1.0
"""How long a request waits for what its limits must know."""
_BOOK_SECONDS: Final = 2.0
"""How old best prices may be, counted from the moment before they were asked for."""
_CONTRACTS_SECONDS: Final = 3600.0
_CONTRACTS_AGAIN_SECONDS: Final = 60.0
"""A symbol that is not in a list is looked for again no sooner: made-up ones must not fetch it each time."""
_CONTRACTS_RETRY_SECONDS: Final = 5.0
_CONTRACTS_TRANSFER_SECONDS: Final = 15.0
"""The list of all options has 2 MB. Who asked first may be gone when it is there; who comes next finds it."""
_BOOK_OCTETS: Final = 16 * 1024
_CONTRACTS_OCTETS: Final = 16 * 1024 * 1024
_MOST_BOOKS: Final = 1024
_MOST_CONTRACTS: Final = 50_000
_MOST_ASKED: Final = 20
"""Facts that one request may have fetched; a batch has at most ten orders."""

type _Key = tuple[str, MarketNeed]
"""Host and need."""


class _KnownBook(Struct, frozen=True):
    """What the exchange said; `book` is None where it has none, which is worth as long as one."""

    book: Book | None
    asked_at: float


class _ContractList(Struct):
    """All contract sizes of one market, as of `asked_at`; `again_at`: not to be asked for before."""

    sizes: Mapping[str, Contract] = {}
    asked_at: float = float("-inf")
    again_at: float = float("-inf")


class _Ask(Struct, frozen=True):
    """One question on its way: to whom, and for whose limits."""

    environment: Environment
    account_name: str
    question: Question
    most_octets: int
    seconds: float


class _Asked(Struct, frozen=True):
    """What came of it. `sent` is False where a hold or the brake forbade to ask."""

    status: int = 0
    body: bytes | None = None
    sent: bool = True


class Market:
    """Keeps what it fetched for as long as it may be used. `monotonic`: the clock of the flows, in seconds."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        throttle: Throttle,
        clocks: Clocks,
        router: Router,
        monotonic: Callable[[], float],
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._dispatcher = dispatcher
        self._throttle = throttle
        self._clocks = clocks
        self._router = router
        self._now = monotonic
        self._wait_seconds = wait_seconds
        self._heads: dict[bytes, Head] = {}  # by path: as many as there are questions
        self._books: dict[_Key, _KnownBook] = {}  # the oldest first
        self._contracts: dict[tuple[str, PrefixFamily], _ContractList] = {}  # as many as there are hosts
        self._under_way: dict[tuple[str, Question], asyncio.Task[None]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    async def facts(
        self, needs: Collection[MarketNeed], environment: Environment, account_name: str
    ) -> MarketFacts:
        """What is known of these needs, after at most `wait_seconds`. Never raises for what the exchange does.

        `account_name`: of whom the request is, "" where no account is used.
        """
        keys = [
            (base, need)
            for need in dict.fromkeys(needs)
            if (base := environment.base_for(need.family)) is not None
        ]
        if not self._are_known(keys, self._now()):
            under_way = self._fetch(keys, environment, account_name)
            if under_way:
                await asyncio.wait(under_way, timeout=self._wait_seconds)
        return self._collected(keys)

    async def stop(self) -> None:
        """End what is under way, so that nobody asks the exchange any more."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def readings(self) -> Iterator[Reading]:
        yield counters(
            "market_facts",
            "Best prices and lists of contract sizes asked for, for limits, by what came of it",
            ("kind", "result"),
            self._counts.items(),
        )

    def _are_known(self, keys: Iterable[_Key], now: float) -> bool:
        return all(self._is_known(key, now) for key in keys)

    def _is_known(self, key: _Key, now: float) -> bool:
        base, need = key
        if need.kind == "contract":
            return self._contract(base, need, now) is not None
        return self._book(base, need, now) is not None

    def _fetch(
        self, keys: Iterable[_Key], environment: Environment, account_name: str
    ) -> set[asyncio.Task[None]]:
        """Ask for what is missing, and for what would be too old once the rest is there."""
        later = self._now() + self._wait_seconds
        missing = [key for key in keys if not self._is_known(key, later)][:_MOST_ASKED]
        tasks = (self._task(key, environment, account_name) for key in missing)
        return {task for task in tasks if task is not None}

    def _collected(self, keys: Iterable[_Key]) -> MarketFacts:
        now = self._now()
        books: dict[tuple[PrefixFamily, str], Book] = {}
        contracts: dict[tuple[PrefixFamily, str], Contract] = {}
        for base, need in keys:
            if need.kind == "contract":
                if contract := self._contract(base, need, now):
                    contracts[need.family, need.symbol] = contract
            elif (known := self._book(base, need, now)) and known.book:
                books[need.family, need.symbol] = known.book
        return MarketFacts(books, contracts)

    def _book(self, base: str, need: MarketNeed, now: float) -> _KnownBook | None:
        known = self._books.get((base, need))
        return known if known is not None and now - known.asked_at <= _BOOK_SECONDS else None

    def _contract(self, base: str, need: MarketNeed, now: float) -> Contract | None:
        known = self._contracts.get((base, need.family))
        if known is None or now - known.asked_at > _CONTRACTS_SECONDS:
            return None
        return known.sizes.get(need.symbol)

    def _task(self, key: _Key, environment: Environment, account_name: str) -> asyncio.Task[None] | None:
        """Asks for a fact, or does so already; None where it must not be asked for."""
        base, need = key
        question = question_of(need)
        if question is None:
            return None
        running = self._under_way.get((base, question))
        if running is not None:
            return running
        if need.kind == "contract":
            known = self._contracts.setdefault((base, need.family), _ContractList())
            if self._now() < known.again_at:
                return None
            limits = _CONTRACTS_OCTETS, _CONTRACTS_TRANSFER_SECONDS
            fetch = self._fetch_contracts(
                known, need.family, _Ask(environment, account_name, question, *limits)
            )
        else:
            ask = _Ask(environment, account_name, question, _BOOK_OCTETS, self._wait_seconds)
            fetch = self._fetch_book(key, ask)
        task = self._under_way[base, question] = asyncio.create_task(fetch)
        task.add_done_callback(lambda _: self._under_way.pop((base, question)))
        return task

    async def _fetch_book(self, key: _Key, ask: _Ask) -> None:
        asked_at = self._now()
        got = await self._ask(ask)
        book = book_of(got.body, key[1].symbol) if got.status == 200 and got.body is not None else None
        self._count("book", good=book is not None)
        if not 200 <= got.status < 500:
            return  # which says nothing of the symbol
        self._books.pop(key, None)
        self._books[key] = _KnownBook(book, asked_at)
        if len(self._books) > _MOST_BOOKS:
            del self._books[next(iter(self._books))]

    async def _fetch_contracts(self, known: _ContractList, family: PrefixFamily, ask: _Ask) -> None:
        asked_at = self._now()
        got = await self._ask(ask)
        sizes = contracts_of(got.body, family) if got.status == 200 and got.body is not None else {}
        good = 0 < len(sizes) <= _MOST_CONTRACTS
        self._count("contracts", good=good)
        if good:
            known.sizes, known.asked_at = sizes, asked_at
            known.again_at = asked_at + _CONTRACTS_AGAIN_SECONDS
        elif got.sent:
            known.again_at = self._now() + _CONTRACTS_RETRY_SECONDS

    def _count(self, kind: str, *, good: bool) -> None:
        self._counts[kind, "fetched" if good else "failed"] += 1

    async def _ask(self, ask: _Ask) -> _Asked:
        """Ask once, within its time. The body is None where it is larger than it may be, or never came."""
        ends = asyncio.get_running_loop().time() + ask.seconds
        try:
            request = self._request(ask)
            flow = self._flow(request)
            if self._throttle.refusal(flow, request.limits):
                return _Asked(sent=False)
            answer = await self._head_of_answer(request, flow, ends)
            async with asyncio.timeout_at(ends):
                body = await answer.read_small(ask.most_octets)
        except (RefusedError, TimeoutError):
            return _Asked()
        if body is None:
            answer.close()
            return _Asked()
        flow.answer = Answer(answer.status, answer.headers, body)
        self._throttle.learn_from_answer(flow, request.limits)
        return _Asked(answer.status, body)

    async def _head_of_answer(self, request: OutgoingRequest, flow: Flow, ends: float) -> UpstreamResponse:
        """Send, counted as any request is, also where no answer comes in time. Raises UpstreamError."""

        async def ask() -> UpstreamResponse:
            try:
                async with asyncio.timeout_at(ends):
                    return await self._dispatcher.ask(request, flow.started_ms)
            except TimeoutError:
                raise fault("upstream_timeout", "head", "TimeoutError") from None

        # no client's request is equal to this: its answer may be older than ours may be
        mark = b"%b %b" % (request.route.base.encode("ascii"), flow.client.target)
        return await self._throttle.send(flow, request.limits, mark, ask)

    def _request(self, ask: _Ask) -> OutgoingRequest:
        """Raises RefusedError where the environment has no such endpoint."""
        path = ask.question.path
        head = self._heads.get(path)
        if head is None:
            head = self._heads[path] = read_head("GET", path, (1, 1), ())
        route = self._router.route(head, ask.environment)
        clock = self._clocks.of(ask.environment, route.family)
        return OutgoingRequest(
            head=head,
            route=route,
            account=None,
            prepared=prepare(ask.question.query, b"", BodyKind.EMPTY, signed=False),
            content_type=None,
            clock=clock,
            limits=self._throttle.limits(route, ask.account_name, clock),
        )

    def _flow(self, request: OutgoingRequest) -> Flow:
        """What the limits count by. It is never recorded."""
        query, now = request.prepared.query, self._now()
        target = b"%b?%b" % (request.head.path, query) if query else request.head.path
        return Flow(
            request_id="",
            started_ms=request.clock.reading().exchange_ms,
            client=RawRequest("GET", target, ()),
            timings=Timings(accepted=now, permitted=now),
            client_name=GATEWAY,
        )
