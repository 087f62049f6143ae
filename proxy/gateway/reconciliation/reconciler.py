"""Finds out what became of writes that ended `unknown`: ask, judge, ask again, and report.

Bounded on all sides: eight questions at a time, 256 writes, twelve questions each, and a minute after the write can
no longer be executed. A write that cannot be looked up is settled at once, as `undetermined` with the reason.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from proxy.core.errors import UpstreamError
from proxy.core.flow import Flow
from proxy.core.order_lookup import (
    Outcome,
    Question,
    State,
    Verdict,
    join_verdicts,
    late_after,
    questions_for,
    read_verdict,
)
from proxy.core.redaction import OutcomeRecord
from proxy.core.settings import OrderSettings
from proxy.credentials.accounts import Account
from proxy.gateway.reconciliation.open_lookups import Lookup, Lookups
from proxy.gateway.reconciliation.order_query import LookupRoute, OrderQuery
from proxy.gateway.reconciliation.schedule import GRACE_SECONDS, MOST_LOOKS, pause_after, wait_until
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import ExchangeClock
from proxy.upstream.connection import SMALL_OCTETS
from proxy.upstream.response import UpstreamResponse

_LOG: Final = structlog.get_logger("outcomes")
_MOST_PENDING: Final = 256
_MOST_WAITING: Final = 64
_WAITING_SHARE: Final = 4
"""Held-back answers take slots of the gateway's: at most every fourth, so that other requests find one."""
_AT_A_TIME: Final = 8

type Record = Callable[[Flow, Outcome], OutcomeRecord | None]
"""Redacts an outcome and, once it is settled, writes it to the journal; None where it could not be made safe."""
type Sleep = Callable[[float], Awaitable[None]]


class Write(msgspec.Struct, frozen=True):
    """A write that ended unknown, raw: only its look-up holds it."""

    flow: Flow
    route: LookupRoute
    written_ms: int
    late_ms: int


class Reconciler:
    """Starts one look-up for each write that ended unknown, and keeps what is known of it."""

    def __init__(
        self,
        settings: OrderSettings,
        query: OrderQuery,
        record: Record,
        local: LocalClock,
        sleep: Sleep = asyncio.sleep,
        *,
        in_flight: int = 256,
    ) -> None:
        """`in_flight`: how many requests are served at once."""
        self._most_waiting = min(_MOST_WAITING, in_flight // _WAITING_SHARE)
        self._settings = settings
        self._query = query
        self._record = record
        self._local = local
        self._sleep = sleep
        self._slots = asyncio.Semaphore(_AT_A_TIME)
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._waiting_stopped = False
        self._stopped = False
        self.lookups = Lookups()

    async def hold_back(
        self, flow: Flow, answer: UpstreamResponse, account: Account | None, clock: ExchangeClock
    ) -> None:
        """Wait for the outcome of a write whose answer leaves it open, before that is passed on."""
        await answer.peek_small(SMALL_OCTETS)  # it must not wait for us meanwhile
        await self.await_outcome(flow, account, clock)

    async def await_outcome(self, flow: Flow, account: Account | None, clock: ExchangeClock) -> None:
        """Look a write up and, if that ends in time, note in the flow what its answer shall say."""
        lookup = self.start_lookup(flow, account, clock, awaited=True)
        until = wait_until(self._settings, flow.timings.accepted, self._local.monotonic())
        lookup.awaited = True
        if lookup.state is State.PENDING and self._waiting < self._most_waiting:
            self._waiting += 1
            try:
                await lookup.wait_until_known(until, self._local.monotonic, lambda: self._waiting_stopped)
            finally:
                self._waiting -= 1
        lookup.awaited = False
        if lookup.state is not State.PENDING:
            flow.outcome = lookup.state.value

    def start_lookup(
        self, flow: Flow, account: Account | None, clock: ExchangeClock, *, awaited: bool = False
    ) -> Lookup:
        """Start the look-up of a write, once."""
        if known := self.lookups.find(flow.request_id):
            return known
        lookup = Lookup(flow.request_id, flow.started_ms, awaited=awaited)
        self.lookups.add(lookup)
        found = self._what_to_ask(flow, account, clock)
        if isinstance(found, str):
            self._settle(lookup, flow, Verdict(State.UNDETERMINED, found))
            return lookup
        write, questions = found
        lookup.record = self._record(flow, _outcome(flow, questions, Verdict(State.PENDING)))
        task = asyncio.create_task(self._resolve(lookup, write, questions))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return lookup

    def stop_waiting(self) -> None:
        """The gateway is stopping: answers are held back no longer."""
        self._waiting_stopped = True
        self.lookups.wake_waiters()

    async def stop(self, seconds: float) -> None:
        """Give the look-ups under way so long to end; what is not known then is said to be undetermined."""
        self.stop_waiting()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=max(seconds, 0.0))
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _what_to_ask(
        self, flow: Flow, account: Account | None, clock: ExchangeClock
    ) -> tuple[Write, tuple[Question, ...]] | str:
        """What to ask about a write, or why nothing can be asked."""
        if self._stopped:
            return "stopping"
        if flow.endpoint is None or flow.prepared is None or flow.sent is None:
            return "no_lookup"
        questions = questions_for(flow.endpoint, flow.prepared)
        if isinstance(questions, str):
            return questions
        written_ms, window = flow.sent.timestamp_ms, flow.sent.recv_window_ms or flow.prepared.recv_window
        if account is None or written_ms is None or window is None:
            return "unsigned"
        if len(self._tasks) >= _MOST_PENDING:
            return "too_many"
        route = LookupRoute(account, flow.upstream, clock)
        return Write(flow, route, written_ms, late_after(written_ms, window)), questions

    async def _resolve(self, lookup: Lookup, write: Write, questions: tuple[Question, ...]) -> None:
        try:
            verdict = join_verdicts(
                await asyncio.gather(*(self._ask_until_known(lookup, write, one) for one in questions))
            )
        except asyncio.CancelledError:
            verdict = Verdict(State.UNDETERMINED, "stopping")
        except Exception as error:
            _LOG.error("lookup_failed", request_id=lookup.request_id, error=type(error).__name__)
            verdict = Verdict(State.UNDETERMINED, "unreachable")
        self._settle(lookup, write.flow, verdict, questions)

    async def _ask_until_known(self, lookup: Lookup, write: Write, question: Question) -> Verdict:
        """Ask until it is known, or until a bound is reached."""
        leg, looks = question.lookup.half.value, 0
        give_up = self._local.monotonic() + max(self._until_late(write), 0.0) + GRACE_SECONDS
        while True:
            held = self._query.held_seconds(write.route, question)
            if held:
                verdict = Verdict(State.PENDING, "held")
            else:
                verdict = await self._ask_once(lookup, write, question)
            looks += 1
            if verdict.state is not State.PENDING:
                lookup.next_looks.pop(leg, None)
                return verdict
            pause = pause_after(looks, verdict.reason, until_late=self._until_late(write), held=held)
            moment = self._local.monotonic() + pause
            if looks >= MOST_LOOKS or moment > give_up:
                return replace(verdict, state=State.UNDETERMINED)
            lookup.next_looks[leg] = moment
            lookup.changed.set()
            await self._sleep(pause)

    async def _ask_once(self, lookup: Lookup, write: Write, question: Question) -> Verdict:
        async with self._slots:
            lookup.looks += 1
            try:
                answer = await self._query.ask(write.route, question)
            except UpstreamError:
                return Verdict(State.PENDING, "unreachable")
        return read_verdict(
            question,
            answer.status,
            answer.body,
            written_ms=write.written_ms,
            late_ms=write.late_ms,
            asked_ms=answer.asked_ms,
        )

    def _until_late(self, write: Write) -> float:
        """Seconds until the write can no longer be executed."""
        return (write.late_ms - write.route.clock.reading().exchange_ms) / 1000

    def _settle(
        self, lookup: Lookup, flow: Flow, verdict: Verdict, questions: tuple[Question, ...] = ()
    ) -> None:
        outcome = replace(
            _outcome(flow, questions, verdict),
            looks=lookup.looks,
            known_ms=self._local.unix_ms(),
            after_ms=(self._local.monotonic() - flow.timings.accepted) * 1000,
            told=lookup.awaited,
        )
        lookup.record = self._record(flow, outcome)
        self.lookups.settle(lookup, verdict.state)
        in_vain = verdict.state is State.UNDETERMINED and lookup.looks
        log = _LOG.warning if in_vain else _LOG.info
        log("outcome", request_id=lookup.request_id, outcome=verdict.state.value, reason=verdict.reason)


def _outcome(flow: Flow, questions: tuple[Question, ...], verdict: Verdict) -> Outcome:
    """An outcome that names its order by the first question: of a cancel-replace, the new one."""
    pair = questions[0].pair if questions else b""
    added = bool(pair) and flow.prepared is not None and pair == flow.prepared.added
    return Outcome(verdict, pair, added, known_ms=flow.started_ms)
