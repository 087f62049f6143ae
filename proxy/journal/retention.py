"""Which journal files have to go: the oldest ones, until the rest keeps within the bounds."""

from collections.abc import Sequence
from typing import Final

import msgspec

from proxy.journal.files import Entry

_DAY_MS: Final = 86_400_000


class Surplus(msgspec.Struct, frozen=True):
    entry: Entry
    reason: str  # max_bytes | max_age_days


def surplus(
    entries: Sequence[Entry],
    *,
    current: str,
    reserved: int,
    max_octets: int,
    max_age_days: float | None,
    now_ms: int,
) -> list[Surplus]:
    """Files to remove, oldest first. `current` is never among them; `reserved` octets are kept free for it."""
    closed = [entry for entry in entries if entry.name != current]
    total = reserved + sum(entry.octets for entry in closed)
    oldest_ms = now_ms - max_age_days * _DAY_MS if max_age_days is not None else None
    found: list[Surplus] = []
    for entry in closed:
        if oldest_ms is not None and entry.changed_ms < oldest_ms:
            found.append(Surplus(entry, "max_age_days"))
        elif total > max_octets:
            found.append(Surplus(entry, "max_bytes"))
        else:
            continue
        total -= entry.octets
    return found
