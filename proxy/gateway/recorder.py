"""Off the path: diagnose -> redact -> record. A failure here never changes an answer; a failure to redact
prevents the record.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from proxy.core.errors import Refusal
from proxy.core.flow import Flow
from proxy.core.order_lookup import Outcome, State
from proxy.core.readings import Reading, counter, counters
from proxy.core.redaction import OutcomeRecord, RedactedFlow, RedactedOutcome, Redactor, of_no_request
from proxy.diagnosis.client_signature import SignatureCheck
from proxy.diagnosis.live import LiveDiagnosis
from proxy.gateway.contradictions import Contradictions
from proxy.gateway.counted_refusals import CountedRefusals
from proxy.gateway.record_queue import RecordQueue
from proxy.journal import Journal

_LOG: Final = structlog.get_logger("recorder")

_LARGE_OCTETS: Final = 4096


@dataclass(slots=True)
class Tally:
    """How many flows ended how, since the start."""

    outcomes: Counter[tuple[str, int]] = field(default_factory=Counter)  # (answered | refusal token, status)
    unsafe: int = 0  # records that could not be made safe and were not written

    def readings(self) -> Iterator[Reading]:
        flows = (
            ((outcome, str(status)), count) for (outcome, status), count in sorted(self.outcomes.items())
        )
        yield counters("flows", "Flows by what came of them", ("outcome", "status"), flows)
        yield counter("records_unsafe", "Flows not recorded: they could not be redacted", self.unsafe)


class Watcher(Protocol):
    """Sees each record as the journal gets it, in the event loop. It must neither wait nor raise."""

    def saw_flow(self, flow: RedactedFlow, said: str) -> None:
        """`said`: the words of our own refusal, which repeat nothing that came; "" without one, or not known."""

    def saw_outcome(self, outcome: RedactedOutcome) -> None: ...


class Recorder:
    """Takes raw flows and writes redacted ones."""

    def __init__(
        self,
        diagnosis: LiveDiagnosis,
        check: SignatureCheck,
        redactor: Callable[[], Redactor],
        journal: Journal,
        now: Callable[[], float],
    ) -> None:
        """`redactor` makes one that knows every secret of the moment. `now`: seconds on the monotonic clock."""
        self._diagnosis = diagnosis
        self._check = check
        self._new_redactor = redactor
        self._redactor = redactor()
        self._journal = journal
        self._queue = RecordQueue(now)
        self.counted = CountedRefusals(self._write)
        self._examinations: set[asyncio.Task[None]] = set()
        self._large = asyncio.Lock()
        self.watcher: Watcher | None = None
        self.tally = Tally()
        self.contradictions = Contradictions()

    def renew_redactor(self) -> None:
        """Make a redactor that knows the secrets of now: the clients were read again."""
        self._redactor = self._new_redactor()

    def record_intent(self, flow: Flow) -> None:
        """Record that a write is about to be sent: the kernel has the line before the first octet leaves."""
        try:
            self._journal.intent(self._redactor.redact_intent(flow))
        except Exception as error:
            self._unsafe(flow, error)

    async def announce(self, flow: Flow) -> None:
        """Record the intent of a write; of large flows one in each turn of the loop, for each takes milliseconds."""
        if len(flow.client.body) <= _LARGE_OCTETS:
            self.record_intent(flow)
            return
        async with self._large:
            self.record_intent(flow)
            await asyncio.sleep(0)

    def record_outcome(self, flow: Flow, outcome: Outcome) -> OutcomeRecord | None:
        """What is known of an unknown write, safe to show; once it is settled, the journal has it as well."""
        try:
            redacted = self._redactor.redact_outcome(flow, outcome)
            if outcome.verdict.state is not State.PENDING:
                self._journal.record(redacted)
                if self.watcher is not None:
                    self.watcher.saw_outcome(redacted)
        except Exception as error:
            self._unsafe(flow, error)
            return None
        return redacted.record

    def finish(self, flow: Flow) -> None:
        """Record what came of a flow, soon. Called after the answer was handed to the transport."""
        self._queue.put(self._finish, flow)

    def record_no_request(self, refusal: Refusal, time_ms: int, count: int, last_ms: int) -> None:
        """Record so many refusals of what was no request, between two times (Unix ms)."""
        self._write(of_no_request(refusal, time_ms, count, last_ms), refusal.message)

    async def flush(self) -> None:
        """Wait until every flow that ended, and every examination under way, is in the journal."""
        self._queue.drain()
        await asyncio.gather(*self._examinations)
        self._queue.drain()
        self.counted.flush()

    def _finish(self, flow: Flow) -> None:
        """Record it now, or examine it first where there is more to find out."""
        try:
            self._count(flow)
            if flow.counted_as is not None:
                self.counted.add(flow, flow.counted_as, self._redactor.redact)
                return
            self.contradictions.note(flow)
            self._diagnosis.remember(flow)
            wants_search = self._check.note_signature(flow)
            unfinished = wants_search or self._diagnosis.is_unfinished(flow)
        except Exception as error:  # the next flow must not suffer
            self._unsafe(flow, error)
            return
        if unfinished:
            task = asyncio.create_task(self._examine(flow, wants_search))
            self._examinations.add(task)
            task.add_done_callback(self._examinations.discard)
        else:
            self._record(flow)

    async def _examine(self, flow: Flow, wants_search: bool) -> None:
        """To the end, then record it: by the queue, since examinations that run out of time do so together."""
        try:
            if self._diagnosis.is_unfinished(flow):
                await self._diagnosis.complete(flow)
            if wants_search:
                await self._check.explain(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
        self._queue.put(self._record, flow)

    def _record(self, flow: Flow) -> None:
        try:
            self._keep(self._redactor.redact(flow), flow.refusal.message if flow.refusal else "")
        except Exception as error:
            self._unsafe(flow, error)

    def _count(self, flow: Flow) -> None:
        refusal = flow.refusal
        if refusal is not None:
            self.tally.outcomes[refusal.token, refusal.status] += 1
            if flow.counted_as is None:
                _LOG.info("refused", request_id=flow.request_id, token=refusal.token, status=refusal.status)
        else:
            self.tally.outcomes["answered", flow.answer.status if flow.answer else 0] += 1

    def _keep(self, redacted: RedactedFlow, said: str) -> None:
        self._journal.record(redacted)
        if self.watcher is not None:
            self.watcher.saw_flow(redacted, said)

    def _write(self, redacted: RedactedFlow, said: str = "") -> None:
        """A row whose time has come, called by a timer."""
        try:
            self._keep(redacted, said)
        except Exception as error:
            self._lost(redacted.record.request_id, error)

    def _unsafe(self, flow: Flow, error: Exception) -> None:
        self._lost(flow.request_id, error)

    def _lost(self, request_id: str, error: Exception) -> None:
        self.tally.unsafe += 1
        _LOG.error("flow_not_recorded", request_id=request_id, error=type(error).__name__)
