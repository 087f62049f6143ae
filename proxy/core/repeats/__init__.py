"""An order that comes again after its answer was lost: what makes it the same order, and what becomes of it."""

from proxy.core.repeats.book import WINDOW_SECONDS, Book, Fate, Placed
from proxy.core.repeats.effect import fate_of, order_names
from proxy.core.repeats.sameness import OrderKey, is_repeatable, order_mark

__all__ = [
    "WINDOW_SECONDS",
    "Book",
    "Fate",
    "OrderKey",
    "Placed",
    "fate_of",
    "is_repeatable",
    "order_mark",
    "order_names",
]
