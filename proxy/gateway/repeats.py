"""The repeat guard: an order that comes again after its answer was lost waits for the outcome of the first.

If that was executed the repeat is refused, and told the order; if it did nothing the repeat is sent; if nobody can
tell, it is refused and told that. Only orders that their client has not named itself, and only for a minute
(`proxy.core.repeats` has what is the same, and what is lost).

The memory is of this process, and bounded. A refused repeat takes nothing of limits, approvals or the exchange.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec
import structlog

from proxy.core.errors import Refusal, RefusedError
from proxy.core.flow import Flow
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.order_lookup import State, questions_for
from proxy.core.readings import Reading, counter, counters, gauge
from proxy.core.repeats import Book, Fate, OrderKey, fate_of, is_repeatable, order_mark, order_names
from proxy.core.settings import OrderSettings
from proxy.core.wire import pair_name, pair_value, percent_decoded, split_pairs
from proxy.gateway.allowances import did_nothing
from proxy.gateway.call import Call, OutgoingRequest, Plan
from proxy.gateway.reconciliation.open_lookups import Lookup, Lookups
from proxy.gateway.reconciliation.schedule import wait_until
from proxy.runtime.clock import LocalClock
from proxy.server import Delivery

_LOG: Final = structlog.get_logger("repeats")
_DECODER: Final = msgspec.json.Decoder()
_MOST: Final = 4096
_MOST_WAITING: Final = 64
_WAITING_SHARE: Final = 4
"""Repeats that wait take slots of the gateway's: at most every fourth, so that other requests find one."""
_LOOK_SECONDS: Final = 0.1
"""How soon it is noticed that the client of a repeat that waits hung up."""
_TURNS: Final = 3
"""Of the event loop: what it read of the end of a connection is passed on in one, over TLS in two."""
_KEPT_ANSWER: Final = 4096
"""Octets of an answer that are kept for a repeat; of a longer one the names alone."""
_LOOKED_UP: Final = {
    State.PENDING: Fate.OPEN,
    State.EXECUTED: Fate.EXECUTED,
    State.NOT_FOUND: Fate.NOTHING,
    State.UNDETERMINED: Fate.UNDETERMINED,
}

_EXECUTED: Final = Refusal(
    409,
    "repeat_of_executed",
    "this order was sent before, less than a minute ago, and was executed, but its answer did not reach you; `order` "
    "names it. Go on with that one. If you mean another one, send it with the header X-Gateway-Repeat: yes",
)
_UNKNOWN: Final = Refusal(
    409,
    "repeat_of_unknown",
    "this order was sent before, less than a minute ago, and it cannot be found out whether it was executed. Look at "
    "your open orders and trades. If it is not there and you still want it, send it with the header "
    "X-Gateway-Repeat: yes",
)
_NOT_YET: Final = Refusal(
    409,
    "repeat_of_unknown",
    "this order was sent before, less than a minute ago, and it is not known yet whether it was executed. Send it "
    "again in a moment: then it will be known",
    headers=(("Retry-After", "1"),),
)


class SentOrder(msgspec.Struct, eq=False):
    """An order of this minute, as the book needs it, and what a repeat of it is told."""

    key: OrderKey
    since: float  # when it came in, on the monotonic clock
    request_id: str
    call: Call | None  # as long as it is under way: it holds all that came
    delivery: Delivery
    names: dict[str, int | str]  # by which the exchange can be asked for it; then all that its answer says
    repeats: int = 0
    answer: bytes = b""
    untold: bool = False  # its client was gone before the answer, or the answer said `unknown`
    known: Fate = Fate.UNDER_WAY
    lookup: Lookup | None = None
    ended: asyncio.Event = msgspec.field(default_factory=asyncio.Event)

    @property
    def fate(self) -> Fate:
        """As far as it is known now."""
        return self.known if self.lookup is None else _LOOKED_UP[self.lookup.state]

    @property
    def lost(self) -> bool:
        """Whether its client cannot know its fate."""
        if self.call is not None:
            return self.call.hung_up()
        return self.untold or self.delivery.untaken

    def named(self) -> dict[str, int | str]:
        """The order, as a repeat of it is told."""
        record = self.lookup.record if self.lookup is not None else None
        return self.names | {"status": record.order_status} if record and record.order_status else self.names


class Repeats:
    """All orders of the last minute that their clients have not named."""

    def __init__(
        self, settings: OrderSettings, lookups: Lookups, local: LocalClock, *, in_flight: int = 256
    ) -> None:
        """`in_flight`: how many requests are served at once."""
        self._settings = settings
        self._lookups = lookups
        self._local = local
        self._most_waiting = min(_MOST_WAITING, in_flight // _WAITING_SHARE)
        self._waiting = 0
        self._stopped = False
        self._book: Book[SentOrder] = Book(_MOST)
        self._under_way: dict[str, SentOrder] = {}
        self.counts: Counter[str] = Counter()

    async def settle(self, flow: Flow, call: Call, plan: Plan, request: OutgoingRequest) -> None:
        """Let an order pass if it repeats none, or one that did nothing; wait, where that is not known yet. From then
        on it may be repeated itself.

        Raises RefusedError.
        """
        if not is_repeatable(request.route.endpoint) or flow.dry_run or not self._settings.repeat_guard:
            return
        mark = order_mark(request.prepared)
        if mark is None:
            return
        key = _key(call, plan, mark)
        if not call.head.controls.repeat:
            await self._require_no_executed(flow, call, key)
        elif self._book.repeated_by(key, flow.timings.accepted):
            self.counts["meant"] += 1
        flow.watched = True
        order = SentOrder(key, flow.timings.accepted, flow.request_id, call, call.watch(), _named(request))
        self._book.add(order, self._local.monotonic())
        self._under_way[flow.request_id] = order

    def note_end(self, flow: Flow) -> None:
        """The request of an order has ended: note what is known of it, and wake those who wait for that."""
        if not flow.watched:
            return
        order = self._under_way.pop(flow.request_id)
        fate = Fate.NOTHING if did_nothing(flow) else fate_of(flow)
        order.untold = flow.client_gone or fate is Fate.OPEN
        if fate is Fate.OPEN:
            order.lookup = self._lookups.find(flow.request_id)
            fate = Fate.UNDETERMINED  # unless that finds more
        if fate is Fate.EXECUTED:
            order.names = order_names(flow.answer) or order.names
            order.answer = _kept(flow)
        order.known, order.call = fate, None
        order.ended.set()

    def stop_waiting(self) -> None:
        """The gateway is stopping: nobody waits any more."""
        self._stopped = True
        for order in self._under_way.values():
            order.ended.set()

    def readings(self) -> Iterator[Reading]:
        outcomes = (((outcome,), count) for outcome, count in sorted(self.counts.items()))
        yield counters("repeats", "Repeats of orders whose answer was lost", ("outcome",), outcomes)
        yield gauge("repeat_guard_orders", "Orders of the last minute that are remembered", len(self._book))
        yield counter("repeat_guard_forgotten", "Orders forgotten before that", self._book.forgotten)

    async def _require_no_executed(self, flow: Flow, call: Call, key: OrderKey) -> None:
        """Return once no lost order is left that this one could repeat. Raises RefusedError."""
        until = wait_until(self._settings, flow.timings.accepted, self._local.monotonic())
        came = flow.timings.accepted
        if key in self._book:
            # a client that gave up just before it sent this on another connection: let the event loop see that end
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if call.hung_up():  # this was overtaken by its own repeat
                raise RefusedError(_NOT_YET)
        while (first := self._book.repeated_by(key, came)) is not None:
            match first.fate:
                case Fate.NOTHING:
                    self._book.remove(first)
                    self._count("sent", flow, first)
                    return
                case Fate.EXECUTED:
                    first.repeats += 1
                    raise self._refused("executed", flow, first, _EXECUTED)
                case Fate.UNDETERMINED:
                    first.repeats += 1
                    raise self._refused("undetermined", flow, first, _UNKNOWN)
            known = await self._wait(call, first, until)
            if call.hung_up():  # it has repeats of its own by now: whoever is still there goes on
                raise RefusedError(_NOT_YET)
            if not known:
                raise self._refused("pending", flow, first, _NOT_YET)
            flow.timings.permitted = self._local.monotonic()  # so that waiting counts as a part of permitting

    async def _wait(self, call: Call, first: SentOrder, until: float) -> bool:
        """Wait for news of an order, as long as the client does; False where none came in time."""
        if self._stopped or self._waiting >= self._most_waiting or self._local.monotonic() >= until:
            return False
        self._waiting += 1
        news = asyncio.create_task(self._news(first, until))
        try:
            while not news.done() and not call.gone:
                await asyncio.wait({news}, timeout=_LOOK_SECONDS)
            return news.done() and news.result()
        finally:
            news.cancel()
            self._waiting -= 1

    async def _news(self, first: SentOrder, until: float) -> bool:
        now = self._local.monotonic
        if first.lookup is not None:
            return await first.lookup.wait_until_known(until, now, lambda: self._stopped)
        try:
            async with asyncio.timeout(until - now()):
                await first.ended.wait()
        except TimeoutError:
            return False
        return not self._stopped

    def _refused(self, outcome: str, flow: Flow, first: SentOrder, refusal: Refusal) -> RefusedError:
        """The refusal of a repeat: it tells the outcome of the first, and all that its answer would have told."""
        self._count(outcome, flow, first)
        told: dict[str, object] = {"outcome": outcome, "repeats": first.request_id, "order": first.named()}
        if first.answer:
            told["answer"] = msgspec.Raw(first.answer)
        return RefusedError(replace(refusal, fields=tuple(told.items())))

    def _count(self, outcome: str, flow: Flow, first: SentOrder) -> None:
        self.counts[outcome] += 1
        _LOG.info("repeat", request_id=flow.request_id, repeats=first.request_id, outcome=outcome)


def _key(call: Call, plan: Plan, mark: bytes) -> OrderKey:
    """A client is its virtual key; without one, the address that it calls from."""
    caller, account = plan.caller, plan.account
    client = f"key {caller.name}" if caller.name is not None else f"peer {call.peer}"
    return client, account.name if account else "", plan.environment.name, plan.route.endpoint.name, mark


def _named(request: OutgoingRequest) -> dict[str, int | str]:
    """Parameters by which the exchange can be asked for the order, where it has an id."""
    questions = questions_for(request.route.endpoint, request.prepared)
    if isinstance(questions, str):
        return {}
    pairs = split_pairs(questions[0].query)
    return {
        pair_name(pair).decode("latin-1"): percent_decoded(pair_value(pair)).decode("latin-1")
        for pair in pairs
    }


def _kept(flow: Flow) -> bytes:
    """The exchange's answer, if it is short, whole and plain JSON."""
    answer = flow.answer
    if answer is None or answer.body_octets != len(answer.body) or len(answer.body) > _KEPT_ANSWER:
        return b""
    try:
        return answer.body if read_json(answer.body, _DECODER) else b""
    except UnreadableError:
        return b""
