"""Records and a clock for journal tests."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxy.core.redaction import (
    SCHEMA,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    RedactedFlow,
    RedactedIntent,
    RedactedOutcome,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.record import SideRecord
from proxy.core.settings import JournalSettings
from proxy.journal import Journal

START_MS = 1_784_801_696_789  # 2026-07-23T10:14:56.789Z


@dataclass
class StillClock:
    """Moves when told to."""

    now_ms: int = START_MS
    seconds: float = 1000.0

    def unix_ms(self) -> int:
        return self.now_ms

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)
        self.seconds += seconds


@dataclass
class Later:
    """Keeps what is to be called later."""

    calls: list[tuple[float, Any]] = field(default_factory=list)

    def __call__(self, seconds: float, call: Any) -> None:
        self.calls.append((seconds, call))

    def batches(self) -> list[float]:
        """Those that are to write what waits, not to sign it."""
        return [seconds for seconds, _ in self.calls if seconds < 1]

    def run(self) -> None:
        calls, self.calls = self.calls, []
        for _, call in calls:
            call()


@dataclass
class Told:
    """Keeps what the journal told."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        self.events.append((event, facts))

    def names(self) -> list[str]:
        return [event for event, _ in self.events]


def flow(number: int = 1, *, at_ms: int = START_MS, padding: int = 0, **fields: Any) -> RedactedFlow:
    record = FlowRecord(
        schema=SCHEMA,
        time=rfc3339(at_ms),
        request_id=f"r-{number}",
        method=fields.pop("method", "GET"),
        path=fields.pop("path", "/api/v3/account"),
        came=SideRecord(query="x" * padding),
        **fields,
    )
    return RedactedFlow(record, encode_record(record))


def intent(number: int = 1) -> RedactedIntent:
    record = IntentRecord(
        schema=SCHEMA,
        time=rfc3339(START_MS),
        request_id=f"r-{number}",
        method="POST",
        path="/api/v3/order",
        came=SideRecord(),
    )
    return RedactedIntent(record, encode_record(record))


def outcome(number: int = 1, state: str = "executed", **fields: Any) -> RedactedOutcome:
    record = OutcomeRecord(
        schema=SCHEMA,
        time=rfc3339(START_MS + 100),
        request_id=f"r-{number}",
        method="POST",
        path="/api/v3/order",
        outcome=state,
        **{"looks": 1, **fields},
    )
    return RedactedOutcome(record, encode_record(record))


def open_journal(directory: Path, clock: StillClock | None = None, **more: Any) -> Journal:
    names = ("later", "tell")
    settings = JournalSettings(directory=str(directory), **{k: v for k, v in more.items() if k not in names})
    return Journal(settings, clock or StillClock(), **{k: v for k, v in more.items() if k in names})


OWN = (b'{"type":"chain"', b'{"type":"checkpoint"')
LINK = re.compile(rb',"seq":[0-9]+,"hash":"[^"]{44}"}$')


def bare_lines(data: bytes) -> list[bytes]:
    """The lines as they were given to the journal: without links, and without those of the chain itself."""
    return [LINK.sub(b"}", line) for line in data.splitlines() if not line.startswith(OWN)]


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("flows-*.jsonl"))


def text(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in files(directory))
