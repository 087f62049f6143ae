"""Our policy: who may come in (door) and what may be done (permit, limits). Decisions are data."""

from proxy.core.guard.door import Door, Head, admit, forwarded_write, read_head
from proxy.core.guard.limits import Ledger, Taken
from proxy.core.guard.permit import NOTHING, Policy, judge, permit

__all__ = [
    "NOTHING",
    "Door",
    "Head",
    "Ledger",
    "Policy",
    "Taken",
    "admit",
    "forwarded_write",
    "judge",
    "permit",
    "read_head",
]
