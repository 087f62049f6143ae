"""Our policy: who may come in (ingress) and what may be done (permit, limits). Decisions are data."""

from proxy.core.guard.ingress import IngressPolicy, check_head, passed_on
from proxy.core.guard.permit import NOTHING, Policy, decide, permit

__all__ = [
    "NOTHING",
    "IngressPolicy",
    "Policy",
    "check_head",
    "decide",
    "passed_on",
    "permit",
]
