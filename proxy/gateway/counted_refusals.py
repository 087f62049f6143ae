"""Refusals that repeat others, as rows of the journal: one of them in full, and how many it stands for.

History must outlast a client that is refused in a loop: retention removes by size, and such a client would write
gigabytes an hour.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

import structlog
from msgspec import Struct

from proxy.core.flow import Flow
from proxy.core.readings import Reading, counter
from proxy.core.redaction import RedactedFlow, counted
from proxy.core.refusal_loops import Kind

_LOG: Final = structlog.get_logger("recorder")

ROW_SECONDS: Final = 10.0
"""How long a row is counted before it is written."""


class _Row(Struct):
    """The first refusal of a row, and those that followed."""

    first: RedactedFlow
    count: int
    last_ms: int
    timer: asyncio.TimerHandle


class CountedRefusals:
    """The rows that are being counted: at most one for each kind that is told apart."""

    def __init__(self, write: Callable[[RedactedFlow], None]) -> None:
        self._write = write
        self._rows: dict[Kind, _Row] = {}
        self.count = 0
        """Refusals that were only counted, since the start."""

    def add(self, flow: Flow, kind: Kind, redact: Callable[[Flow], RedactedFlow]) -> None:
        """Count one more; the first of a row is redacted now. Raises RedactionError."""
        self.count += 1
        row = self._rows.get(kind)
        if row is None:
            timer = asyncio.get_running_loop().call_later(ROW_SECONDS, self._end_row, kind)
            try:
                self._rows[kind] = _Row(redact(flow), 1, flow.started_ms, timer)
            except BaseException:
                timer.cancel()
                raise
        else:
            row.count += 1
            row.last_ms = max(row.last_ms, flow.started_ms)

    def readings(self) -> Iterator[Reading]:
        yield counter("refusals_counted", "Refusals recorded in one row with others alike", self.count)

    def flush(self) -> None:
        """Write all rows as they are."""
        for kind in list(self._rows):
            self._end_row(kind)

    def _end_row(self, kind: Kind) -> None:
        row = self._rows.pop(kind)
        row.timer.cancel()
        record = row.first.record
        if row.count > 1:
            _LOG.info("refused_repeatedly", token=kind.token, status=record.refused, count=row.count)
        self._write(counted(row.first, row.count, row.last_ms, mixed=not kind.method))
