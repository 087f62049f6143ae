"""How much of the exchange's weight is used, who used it, and the brake before the limit."""

from proxy.budget.budget import Budget
from proxy.budget.report import weight_report

__all__ = ["Budget", "weight_report"]
