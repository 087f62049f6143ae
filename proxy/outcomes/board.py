"""What is known of the unknown writes of this run, for the admin port: redacted records, the newest ones."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from proxy.core.outcomes import REASONS, State
from proxy.core.redaction import OutcomeRecord, rfc3339

_MOST_SHOWN: Final = 500


@dataclass(slots=True, eq=False)
class Case:
    """One unknown write: what is known, and who waits for more. Holds nothing raw."""

    request_id: str
    started_ms: int
    state: State = State.PENDING
    record: OutcomeRecord | None = None  # None: it could not be redacted
    awaited: bool = False
    looks: int = 0
    next_looks: dict[str, float] = field(default_factory=dict)  # of each half: on the monotonic clock
    turned: asyncio.Event = field(default_factory=asyncio.Event)

    async def settled(self, until: float, now: Callable[[], float], hurried: Callable[[], bool]) -> bool:
        """Wait until it is known, at most to `until`; not at all where the next look comes later than that."""
        try:
            async with asyncio.timeout(max(until - now(), 0.0)):
                while self.state is State.PENDING and not hurried() and self._may_settle(until):
                    self.turned.clear()
                    await self.turned.wait()
        except TimeoutError:
            pass
        return self.state is not State.PENDING

    def _may_settle(self, until: float) -> bool:
        return all(moment < until for moment in self.next_looks.values())


class Board:
    """All cases, the newest last, and how many ended how."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self.counts: Counter[State] = Counter()
        """Settled since the start."""
        self.pending = 0

    def find(self, request_id: str) -> Case | None:
        return self._cases.get(request_id)

    def open(self, case: Case) -> None:
        self._cases[case.request_id] = case
        self.pending += 1
        while len(self._cases) > _MOST_SHOWN:
            self._cases.popitem(last=False)

    def settle(self, case: Case, state: State) -> None:
        case.state = state
        self.pending -= 1
        self.counts[state] += 1
        case.turned.set()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        for case in self._cases.values():
            case.turned.set()

    def shown(self) -> dict[str, Any]:
        """For `GET /outcomes`: nothing that the journal would not show."""
        return {
            "pending": self.pending,
            "settled": {state.value: self.counts[state] for state in State if state is not State.PENDING},
            "outcomes": [_shown(case) for case in reversed(self._cases.values())],
        }


def _shown(case: Case) -> dict[str, Any]:
    known = case.state is not State.PENDING
    shown: dict[str, Any] = {
        "request_id": case.request_id,
        "state": case.state.value,
        "requested": rfc3339(case.started_ms),
        "known": case.record.time if known and case.record else None,
        "looks": case.looks,
    }
    record = case.record
    if record is None:
        return shown
    return shown | {
        "endpoint": f"{record.method} {record.path}",
        "account": record.account,
        "client": record.client or None,
        "order": record.order or None,
        "id_added": record.added,
        "order_status": record.order_status or None,
        "code": record.code or None,
        "reason": record.reason or None,
        "says": REASONS.get(record.reason) if known else None,
        "told": record.told,
    }
