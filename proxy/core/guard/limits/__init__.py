"""What a request may hold: symbols, coins, addresses, and how much per request and per day."""

from proxy.core.guard.limits.judge import Fit, Judged, bounds_of, can_bound, concerned, judge, limit_refusal
from proxy.core.guard.limits.line import Line, Measure, lines_of

__all__ = [
    "Fit",
    "Judged",
    "Line",
    "Measure",
    "bounds_of",
    "can_bound",
    "concerned",
    "judge",
    "limit_refusal",
    "lines_of",
]
