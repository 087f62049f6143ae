"""File descriptors: how many there may be, and how many of them clients may take.

A process that has none left cannot accept a connection, and cannot even refuse one: it goes deaf (accept(2), EMFILE).
"""

from typing import Final

from proxy.platform import process, sockets

_OURS: Final = 40
"""For the process itself (18 once it listens), what it keeps back, and the admin port."""
_KEPT_BACK: Final = 8
"""The last ones are not for clients: for files of the journal, and to accept a connection in order to refuse it."""
_WITHOUT_BOUND: Final = 2**31


def raise_limit() -> int:
    """Lift the soft limit to the hard one; the descriptors that this process may have (getrlimit(2))."""
    return _counted(process.raise_descriptor_limit())


def for_clients(descriptors: int, in_flight: int) -> int:
    """How many of so many descriptors clients may take. Each request under way may need one more, to the exchange."""
    left = descriptors - _OURS
    return max(left - in_flight, left // 2, 1)


def first_kept_back() -> int:
    """The first number of a descriptor that is none for clients. The kernel gives the lowest number that is free
    (open(2)): who has this one or a higher has taken one of the last. None is kept back where numbers say nothing."""
    return _counted(process.descriptor_limit() if sockets.DESCRIPTORS_COUNT else None) - _KEPT_BACK


def _counted(limit: int | None) -> int:
    return _WITHOUT_BOUND if limit is None else limit
