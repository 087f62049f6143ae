"""Off the path: diagnose -> redact -> record. A failure here never changes an answer; a failure to redact
prevents the record.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from proxy.clients import NOT_CHECKED, SignatureCheck
from proxy.core.errors import Refusal
from proxy.core.flow import Flow
from proxy.core.outcomes import Outcome, State
from proxy.core.redaction import OutcomeRecord, Redactor
from proxy.doctor import Doctor
from proxy.journal import Journal

_LOG: Final = structlog.get_logger("recorder")

_SLICE_SECONDS: Final = 0.005
"""For so long records are made in one turn of the event loop; a flow of 60 KB takes longer than that alone."""
_LARGE_OCTETS: Final = 4096
_MOST_WAITING: Final = 1024
"""Flows that wait for their record; where more come, requests wait for records."""


@dataclass(slots=True)
class Tally:
    """Counts since the start, for /metrics."""

    outcomes: Counter[tuple[str, int]] = field(default_factory=Counter)  # (answered | refusal token, status)
    unsafe: int = 0  # records that could not be made safe and were not written


class Recorder:
    """Takes raw flows, writes redacted ones."""

    def __init__(
        self,
        doctor: Doctor,
        check: SignatureCheck,
        redactor: Callable[[], Redactor],
        journal: Journal,
        now: Callable[[], float],
    ) -> None:
        """`redactor` makes one that knows every secret of the moment. `now`: seconds on the monotonic clock."""
        self._doctor = doctor
        self._check = check
        self._new_redactor = redactor
        self._redactor = redactor()
        self._journal = journal
        self._now = now
        self._late: set[asyncio.Task[None]] = set()
        self._waiting: deque[Flow] = deque()
        self._examined: deque[Flow] = deque()
        """Finished but for their record: examinations that run out of time together must not be recorded together."""
        self._large = asyncio.Lock()
        self.tally = Tally()

    def renew(self) -> None:
        """The secrets have changed: the clients were read again."""
        self._redactor = self._new_redactor()

    def intent(self, flow: Flow) -> None:
        """Say that a write is about to be sent: in the kernel's hands before its first octet leaves."""
        try:
            self._journal.intent(self._redactor.redact_intent(flow))
        except Exception as error:
            self._unsafe(flow, error)

    async def announce(self, flow: Flow) -> None:
        """As `intent`; of large flows one in each turn of the loop, for taking them apart takes milliseconds."""
        if len(flow.client.body) <= _LARGE_OCTETS:
            self.intent(flow)
            return
        async with self._large:
            self.intent(flow)
            await asyncio.sleep(0)

    def outcome(self, flow: Flow, outcome: Outcome) -> OutcomeRecord | None:
        """What is known of an unknown write, safe to show; once it is settled, the journal has it as well."""
        try:
            redacted = self._redactor.redact_outcome(flow, outcome)
            if outcome.verdict.state is not State.PENDING:
                self._journal.record(redacted)
        except Exception as error:
            self._unsafe(flow, error)
            return None
        return redacted.record

    async def first_stage(self, flow: Flow) -> str | None:
        """What an error answer can say at once of its cause; None where nothing is known."""
        try:
            return await self._doctor.first_stage(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
            return None

    async def client_refusal(self, flow: Flow) -> Refusal | None:
        """The refusal of a client that must sign and did not sign right. Fails closed."""
        assert flow.client_key is not None
        try:
            return await self._check.refusal(flow, flow.client_key)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
            return NOT_CHECKED

    def finish(self, flow: Flow) -> None:
        """Record what came of a flow, soon. Called after the answer was handed to the transport."""
        self._put(flow, self._waiting)
        if len(self._waiting) > _MOST_WAITING:
            self._finish(self._waiting.popleft())

    def _put(self, flow: Flow, queue: deque[Flow]) -> None:
        idle = not self._waiting and not self._examined
        queue.append(flow)
        if idle:
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """A slice of what waits; the rest in the next turn of the loop, after the requests that came meanwhile."""
        end = self._now() + _SLICE_SECONDS
        while self._waiting or self._examined:
            if self._waiting:
                self._finish(self._waiting.popleft())
            else:
                self._record(self._examined.popleft())
            if self._now() > end:
                break
        if self._waiting or self._examined:
            asyncio.get_running_loop().call_soon(self._go_on)

    def _finish(self, flow: Flow) -> None:
        try:
            self._count(flow)
            self._doctor.note(flow)
            wants_search = self._check.notices(flow)
            late = wants_search or self._doctor.has_more(flow)
        except Exception as error:  # the next flow must not suffer
            self._unsafe(flow, error)
            return
        if late:
            task = asyncio.create_task(self._finish_late(flow, wants_search))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        else:
            self._record(flow)

    async def settled(self) -> None:
        """Wait until every flow that ended, and every examination under way, is in the journal."""
        while self._waiting:
            self._finish(self._waiting.popleft())
        await asyncio.gather(*self._late)
        while self._examined:
            self._record(self._examined.popleft())

    async def _finish_late(self, flow: Flow, wants_search: bool) -> None:
        try:
            if self._doctor.has_more(flow):
                await self._doctor.rest(flow)
            if wants_search:
                await self._check.explain(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
        self._put(flow, self._examined)

    def _record(self, flow: Flow) -> None:
        try:
            self._journal.record(self._redactor.redact(flow))
        except Exception as error:
            self._unsafe(flow, error)

    def _count(self, flow: Flow) -> None:
        refusal = flow.refusal
        if refusal is not None:
            self.tally.outcomes[refusal.token, refusal.status] += 1
            _LOG.info("refused", request_id=flow.request_id, token=refusal.token, status=refusal.status)
        else:
            self.tally.outcomes["answered", flow.answer.status if flow.answer else 0] += 1

    def _unsafe(self, flow: Flow, error: Exception) -> None:
        self.tally.unsafe += 1
        _LOG.error("flow_not_recorded", request_id=flow.request_id, error=type(error).__name__)
