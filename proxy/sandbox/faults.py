"""Scripted misfortune: the next request on a path fails, waits, or loses its connection."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Fault:
    """What is to happen to the next `times` requests whose path begins with `path` (and `method`, if given).

    containing: only requests with these octets in their target or body.
    delay_s: wait before anything else.
    late_s: wait once more before anything is answered: what was carried out is there meanwhile.
    status, body, headers: answer this instead. With `executed` the request is carried out first, so that
        an order exists although its caller reads a 504.
    drop: close the connection `before` the request is looked at, `after` it was carried out, or in the
        middle of the answer's body.
    clock_shift_ms: moves the exchange's clock when the fault strikes, and leaves it there.
    """

    path: str
    method: str | None = None
    times: int = 1
    containing: bytes = b""
    delay_s: float = 0.0
    late_s: float = 0.0
    status: int | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    executed: bool = False
    drop: Literal["before", "after", "mid_body"] | None = None
    clock_shift_ms: int = 0


class FaultPlan:
    """Faults in the order in which they were added; the first that fits strikes and counts down."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, path: str, octets: bytes = b"") -> Fault | None:
        """`octets`: target and body."""
        for fault in self._faults:
            if path.startswith(fault.path) and fault.method in (None, method) and fault.containing in octets:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
