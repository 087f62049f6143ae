"""How much weight Binance takes in a minute: the documented figures, each with its source and the day it was read.

The figures may differ for an account or change without notice. What the exchange itself says, in a 429 ("current
limit is 6000 request weight per 1 MINUTE") or in the configuration, comes before this table.

USD-M and COIN-M count together since 2026-06-30, by IP and by account: the notice "CM/UM Architecture Integration" of
2026-06-10. It speaks of production; of testnet and demo mode nobody says anything, so there each family counts alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from proxy.core.catalogue.prefixes import PrefixFamily

F = PrefixFamily

_SPOT: Final = "binance-spot-api-docs rest-api.md, IP Limits; Binance support article 360004492232"
_SAPI: Final = "developers.binance.com, /sapi general info, LIMITS"
_POOL: Final = "CM/UM Architecture Integration notice of 2026-06-10: /fapi and /dapi together"
_FUTURES: Final = "developers.binance.com, rateLimits in the example of exchangeInfo"


class Pool(msgspec.Struct, frozen=True):
    """What is counted together: one limiter for the weight, and one count of the orders of each account."""

    base: str
    """Scheme and host; of several hosts the first."""
    families: tuple[PrefixFamily, ...]

    @property
    def family(self) -> PrefixFamily:
        """The one that stands for all."""
        return self.families[0]


_POOLED_BASES: Final = ("https://fapi.binance.com", "https://dapi.binance.com")
_POOLED_FAMILIES: Final = (F.FAPI, F.DAPI)
_APART: Final = frozenset(
    {"https://testnet.binancefuture.com", "https://demo-fapi.binance.com", "https://demo-dapi.binance.com"}
)
"""Futures hosts of which nobody says that they count together. Any other one is production, or stands for it."""


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
        (F.FAPI, "IP"): WeightLimit(2400, f"{_POOL}; {_FUTURES}", "2026-11-28"),
        (F.DAPI, "IP"): WeightLimit(6000, f"{_FUTURES}, before 2026-06-30", "2026-07-21"),
        (F.EAPI, "IP"): WeightLimit(2400, _FUTURES, "2026-07-21"),
    }
)
"""By family and by what is counted; that of /dapi holds where it counts alone. No figure is documented for /papi:
its weight is counted, not braked."""

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


def pool_of(base: str, family: PrefixFamily) -> Pool:
    """What a request to a family of a host is counted with."""
    if family not in _POOLED_FAMILIES or base in _APART:
        return Pool(base, (family,))
    return Pool(_POOLED_BASES[0] if base in _POOLED_BASES else base, _POOLED_FAMILIES)


def bases_sharing(base: str) -> tuple[str, ...]:
    """All hosts that count together with this one, itself among them: a 429 of one speaks for all."""
    return _POOLED_BASES if base in _POOLED_BASES else (base,)


def weight_limit(base: str, family: PrefixFamily, counted_by: str) -> WeightLimit | None:
    """The documented limit for a family on a host; `counted_by` is "IP" or "UID". None where nobody says."""
    return HOST_LIMITS.get(base, WEIGHT_LIMITS).get((pool_of(base, family).family, counted_by))
