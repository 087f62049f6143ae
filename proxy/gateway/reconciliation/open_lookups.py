"""The look-ups of this run, for the admin port: redacted records of the newest unknown writes."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from proxy.core.order_lookup import REASONS, State
from proxy.core.readings import Reading, counters, gauge
from proxy.core.redaction import OutcomeRecord, rfc3339

_MOST_SHOWN: Final = 500


@dataclass(slots=True, eq=False)
class Lookup:
    """What is known of one unknown write. Holds nothing raw."""

    request_id: str
    started_ms: int
    state: State = State.PENDING
    record: OutcomeRecord | None = None  # None: it could not be redacted
    awaited: bool = False
    looks: int = 0
    next_looks: dict[str, float] = field(default_factory=dict)  # of each half: on the monotonic clock
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_until_known(
        self, until: float, now: Callable[[], float], waiting_stopped: Callable[[], bool]
    ) -> bool:
        """Wait until it is known, at most to `until`; not at all where the next look comes later than that."""
        try:
            async with asyncio.timeout(max(until - now(), 0.0)):
                while self.state is State.PENDING and not waiting_stopped() and self._may_settle(until):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            pass
        return self.state is not State.PENDING

    def _may_settle(self, until: float) -> bool:
        return all(moment < until for moment in self.next_looks.values())


class Lookups:
    """All lookups, the newest last, and how many ended how."""

    def __init__(self) -> None:
        self._lookups: OrderedDict[str, Lookup] = OrderedDict()
        self.counts: Counter[State] = Counter()
        """Settled since the start."""
        self.pending = 0

    def find(self, request_id: str) -> Lookup | None:
        return self._lookups.get(request_id)

    def add(self, lookup: Lookup) -> None:
        self._lookups[lookup.request_id] = lookup
        self.pending += 1
        while len(self._lookups) > _MOST_SHOWN:
            self._lookups.popitem(last=False)

    def settle(self, lookup: Lookup, state: State) -> None:
        lookup.state = state
        self.pending -= 1
        self.counts[state] += 1
        lookup.changed.set()

    def wake_waiters(self) -> None:
        """Wake everybody who waits, to see whether waiting still makes sense."""
        for lookup in self._lookups.values():
            lookup.changed.set()

    def readings(self) -> Iterator[Reading]:
        counts = (((state.value,), count) for state, count in sorted(self.counts.items()))
        yield counters(
            "unknown_writes", "Writes that ended unknown, by what was found out", ("outcome",), counts
        )
        yield gauge("unknown_writes_pending", "Writes that are being looked up now", self.pending)

    def report(self) -> dict[str, Any]:
        """For `GET /outcomes`: nothing that the journal would not show."""
        return {
            "pending": self.pending,
            "settled": {state.value: self.counts[state] for state in State if state is not State.PENDING},
            "outcomes": [_lookup_report(lookup) for lookup in reversed(self._lookups.values())],
        }


def _lookup_report(lookup: Lookup) -> dict[str, Any]:
    known = lookup.state is not State.PENDING
    shown: dict[str, Any] = {
        "request_id": lookup.request_id,
        "state": lookup.state.value,
        "requested": rfc3339(lookup.started_ms),
        "known": lookup.record.time if known and lookup.record else None,
        "looks": lookup.looks,
    }
    record = lookup.record
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
