"""What the headers of an answer say about limits.

`X-MBX-USED-WEIGHT-1M`, `X-SAPI-USED-IP-WEIGHT-1M`, `X-SAPI-USED-UID-WEIGHT-1M` and
`X-MBX-ORDER-COUNT-<n><letter>`, in any letter case.
Sources: binance-spot-api-docs rest-api.md, "IP Limits"; the /sapi documentation, "LIMITS".
"""

import re
from typing import Final

from proxy.core.wire import Header

USED: Final = 0
"""Stands for the used weight among the intervals of order counts, in ms."""
_ORDER_COUNT: Final = re.compile(rb"x-mbx-order-count-([0-9]{1,3})([smhd])")
USED_NAMES: Final = {"IP": b"x-sapi-used-ip-weight-1m", "UID": b"x-sapi-used-uid-weight-1m"}
"""On /sapi, by what an endpoint counts."""
USED_NAME: Final = b"x-mbx-used-weight-1m"
"""The header of the used weight everywhere else."""
_UNIT_MS: Final = {b"s": 1000, b"m": 60_000, b"h": 3_600_000, b"d": 86_400_000}

type Usage = tuple[int | None, tuple[tuple[int, int], ...]]
"""The used weight, None where it is not said, and order counts as (interval in ms, count)."""


class UsageHeaders:
    """Reads the answers of one endpoint, and remembers at which positions these headers stand."""

    __slots__ = ("_length", "_places", "_used_name")

    def __init__(self, used_name: bytes) -> None:
        """`used_name`: the header, in lower case, that has the used weight of this endpoint's limiter."""
        self._used_name = used_name
        self._length = -1  # how many headers the last answer had
        self._places: tuple[tuple[int, bytes, int], ...] = ()  # place, name, meaning

    def read(self, headers: tuple[Header, ...]) -> Usage:
        """What an answer says. One that is laid out like the last one is not searched again."""
        if not self._places or len(headers) != self._length:
            self._search(headers)
        used: int | None = None
        orders: tuple[tuple[int, int], ...] = ()
        for at, name, meaning in self._places:
            found, value = headers[at]
            if found != name:
                self._search(headers)
                return self.read(headers)
            if len(value) > 9 or not value.isdigit():
                continue
            if meaning == USED:
                used = int(value)
            else:
                orders = (*orders, (meaning, int(value)))
        return used, orders

    def _search(self, headers: tuple[Header, ...]) -> None:
        found = [(at, name, self._meaning(name.lower())) for at, (name, _) in enumerate(headers)]
        self._length = len(headers)
        self._places = tuple((at, name, meaning) for at, name, meaning in found if meaning is not None)

    def _meaning(self, name: bytes) -> int | None:
        if name == self._used_name:
            return USED
        count = _ORDER_COUNT.fullmatch(name) if name.startswith(b"x-mbx-order") else None
        return int(count[1]) * _UNIT_MS[count[2]] or None if count else None
