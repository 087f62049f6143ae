"""How much of the exchange's weight is used, who used it, and the brake before the limit."""

from proxy.budget.budget import ASSUMED, Budget
from proxy.budget.lane import Lane
from proxy.budget.report import weight_report

__all__ = ["ASSUMED", "Budget", "Lane", "weight_report"]
