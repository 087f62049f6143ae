"""Off the path: diagnose -> redact -> record. A failure here never changes an answer; a failure to redact
prevents the record.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import structlog

from proxy.core.flow import Flow
from proxy.core.redaction import Redactor
from proxy.doctor import Doctor
from proxy.journal import Journal

_LOG: Final = structlog.get_logger("recorder")


@dataclass(slots=True)
class Tally:
    """Counts since the start, for /metrics."""

    outcomes: Counter[tuple[str, int]] = field(default_factory=Counter)  # (answered | refusal token, status)
    unsafe: int = 0  # records that could not be made safe and were not written


class Recorder:
    """Takes raw flows, writes redacted ones."""

    def __init__(self, doctor: Doctor, redactor: Redactor, journal: Journal) -> None:
        self._doctor = doctor
        self._redactor = redactor
        self._journal = journal
        self._late: set[asyncio.Task[None]] = set()
        self.tally = Tally()

    def intent(self, flow: Flow) -> None:
        """Say that a write is about to be sent: in the kernel's hands before its first octet leaves."""
        try:
            self._journal.intent(self._redactor.redact_intent(flow))
        except Exception as error:
            self._unsafe(flow, error)

    async def first_stage(self, flow: Flow) -> str | None:
        """What an error answer can say at once of its cause; None where nothing is known."""
        try:
            return await self._doctor.first_stage(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
            return None

    def finish(self, flow: Flow) -> None:
        """Record what came of a flow. Called after the answer was handed to the transport."""
        self._count(flow)
        self._doctor.note(flow)
        if self._doctor.has_more(flow):
            task = asyncio.create_task(self._finish_late(flow))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        else:
            self._record(flow)

    async def settled(self) -> None:
        """Wait until every examination under way has ended in the journal."""
        await asyncio.gather(*self._late)

    async def _finish_late(self, flow: Flow) -> None:
        try:
            await self._doctor.rest(flow)
        except Exception as error:
            _LOG.error("diagnosis_failed", request_id=flow.request_id, error=type(error).__name__)
        self._record(flow)

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
