"""Off the path: diagnose -> redact -> record. A failure here never changes an answer; a failure to redact
prevents the record.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import structlog

from proxy.core.flow import Flow
from proxy.core.redaction import Redactor
from proxy.journal import Journal

_LOG: Final = structlog.get_logger("recorder")


@dataclass(slots=True)
class Tally:
    """Counts since the start, for /metrics."""

    outcomes: Counter[tuple[str, int]] = field(default_factory=Counter)  # (answered | refusal token, status)
    unsafe: int = 0  # records that could not be made safe and were not written


class Recorder:
    """Takes raw flows, writes redacted ones."""

    def __init__(self, redactor: Redactor, journal: Journal) -> None:
        self._redactor = redactor
        self._journal = journal
        self.tally = Tally()

    def intent(self, flow: Flow) -> None:
        """Say that a write is about to be sent: in the kernel's hands before its first octet leaves."""
        try:
            self._journal.intent(self._redactor.redact_intent(flow))
        except Exception as error:  # noqa: BLE001  # whatever fails here must not stop trading
            self._unsafe(flow, error)

    async def first_stage(self, flow: Flow) -> str | None:
        """What an error answer can say at once of its cause; None where nothing is known."""
        return None

    def finish(self, flow: Flow) -> None:
        """Record what came of a flow. Called after the answer was handed to the transport."""
        self._count(flow)
        try:
            self._journal.record(self._redactor.redact(flow))
        except Exception as error:  # noqa: BLE001  # see above
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
