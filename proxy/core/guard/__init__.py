"""Our policy: who may come in (door) and what may be done (permit). Decisions are data."""

from proxy.core.guard.door import Door, Head, admit, forwarded_write, read_head
from proxy.core.guard.permit import Policy, permit

__all__ = ["Door", "Head", "Policy", "admit", "forwarded_write", "permit", "read_head"]
