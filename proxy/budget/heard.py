"""What the headers of an answer say about limits.

`X-MBX-USED-WEIGHT-1M`, `X-SAPI-USED-IP-WEIGHT-1M`, `X-SAPI-USED-UID-WEIGHT-1M` and
`X-MBX-ORDER-COUNT-<n><letter>`, in any letter case (binance-spot-api-docs rest-api.md, "IP Limits"; the /sapi documentation, "LIMITS").
"""

import re
from typing import Final

from proxy.core.wire import Header

USED: Final = 0
"""Stands for the used weight among the intervals of order counts, in ms."""
_ORDER_COUNT: Final = re.compile(rb"x-mbx-order-count-([0-9]{1,3})([smhd])")
_USED_WEIGHT: Final = re.compile(rb"x-(?:mbx-used-weight|sapi-used-(?:ip|uid)-weight)-1m")
_UNIT_MS: Final = {b"s": 1000, b"m": 60_000, b"h": 3_600_000, b"d": 86_400_000}
_MOST_NAMES: Final = 256
_NEW: Final = -1


class Ear:
    """Knows header names again by their octets: an answer has a dozen, and always the same ones."""

    def __init__(self) -> None:
        self._meanings: dict[bytes, int | None] = {}

    def hear(self, headers: tuple[Header, ...]) -> tuple[int | None, list[tuple[int, int]] | None]:
        """The used weight, and order counts as (interval in ms, count); None for what is not told."""
        used: int | None = None
        orders: list[tuple[int, int]] | None = None
        meanings = self._meanings
        for name, value in headers:
            meaning = meanings.get(name, _NEW)
            if meaning is None:
                continue
            if meaning == _NEW:
                meaning = self._learn(name)
            if meaning is None or len(value) > 9 or not value.isdigit():
                continue
            if meaning == USED:
                used = int(value)
            else:
                orders = [*(orders or ()), (meaning, int(value))]
        return used, orders

    def _learn(self, name: bytes) -> int | None:
        lower = name.lower()
        found = _ORDER_COUNT.fullmatch(lower)
        if found is not None:
            meaning = int(found[1]) * _UNIT_MS[found[2]] or None
        else:
            meaning = USED if _USED_WEIGHT.fullmatch(lower) else None
        if len(self._meanings) < _MOST_NAMES:
            self._meanings[name] = meaning
        return meaning
