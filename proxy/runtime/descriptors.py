"""File descriptors: how many there may be, and how many of them clients may take.

A process that has none left cannot accept a connection, and cannot even refuse one: it goes deaf (accept(2), EMFILE).
"""

import resource
from typing import Final

_OURS: Final = 96
"""For connections to the exchange, journal, databases, listening sockets and the rest of the process."""


def raise_limit() -> int:
    """Lift the soft limit to the hard one; the descriptors that this process may have (getrlimit(2))."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):  # a system that promises more than it gives (macOS)
            return soft
    return hard


def for_clients(descriptors: int) -> int:
    """How many of so many descriptors clients may take: at least half, otherwise all but ours."""
    return max(descriptors - _OURS, descriptors // 2, 1)
