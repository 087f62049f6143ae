"""How much weight Binance takes in a minute: the documented figures, each with its source and the day it was read.

The figures may differ for an account or change without notice. What the exchange itself says, in a 429 ("current
limit is 6000 request weight per 1 MINUTE") or in the configuration, comes before this table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from proxy.core.catalogue.prefixes import PrefixFamily

F = PrefixFamily

_SPOT: Final = "binance-spot-api-docs rest-api.md, IP Limits; Binance support article 360004492232"
_SAPI: Final = "developers.binance.com, /sapi general info, LIMITS"
_FUTURES: Final = "developers.binance.com, rateLimits in the example of exchangeInfo"


class WeightLimit(msgspec.Struct, frozen=True):
    """A limit on request weight in one minute of the clock (second 0 to 59)."""

    weight: int
    source: str
    seen: str
    """Day on which the source was read, ISO 8601."""


WEIGHT_LIMITS: Final[Mapping[tuple[PrefixFamily, str], WeightLimit]] = MappingProxyType(
    {
        (F.API, "IP"): WeightLimit(6000, _SPOT, "2026-07-21"),
        (F.SAPI, "IP"): WeightLimit(12_000, f"{_SAPI}: for each endpoint", "2026-07-21"),
        (F.SAPI, "UID"): WeightLimit(180_000, f"{_SAPI}: for each endpoint and account", "2026-07-21"),
        (F.FAPI, "IP"): WeightLimit(2400, _FUTURES, "2026-07-21"),
        (F.DAPI, "IP"): WeightLimit(6000, _FUTURES, "2026-07-21"),
        (F.EAPI, "IP"): WeightLimit(2400, _FUTURES, "2026-07-21"),
    }
)
"""By family and by what is counted. No figure is documented for /papi: its weight is counted, not braked."""

HOST_LIMITS: Final[Mapping[str, Mapping[tuple[PrefixFamily, str], WeightLimit]]] = MappingProxyType(
    {
        "https://api.binance.us": MappingProxyType(
            {
                (F.API, "IP"): WeightLimit(
                    1200, "binance-us-api-docs rest-api.md, rateLimits of exchangeInfo", "2026-07-21"
                )
            }
        )
    }
)
"""Hosts whose limits are their own. What is not listed for such a host is not documented for it."""


def weight_limit(base: str, family: PrefixFamily, counted_by: str) -> WeightLimit | None:
    """The documented limit for a family on a host; `counted_by` is "IP" or "UID". None where nobody says."""
    return HOST_LIMITS.get(base, WEIGHT_LIMITS).get((family, counted_by))
