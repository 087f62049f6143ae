"""Which hosts know the same keys, and which service stands behind a path.

Source: Binance's documentation of its testnets and demo mode: each has its own keys; the testnet of futures knows
none of the spot testnet's.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from proxy.core.catalogue import prefix_of

PRODUCTION: Final = "production"

_REALMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "testnet.binance.vision": "spot testnet",
        "api1.testnet.binance.vision": "spot testnet",
        "testnet.binancefuture.com": "futures testnet",
        "demo-api.binance.com": "demo",
        "demo-fapi.binance.com": "demo",
        "demo-dapi.binance.com": "demo",
        "api.binance.us": "binance.us",
    }
)
_C2C: Final = "/sapi/v1/c2c/"


def realm_of(host: str) -> str:
    """The name of the world of keys that a host belongs to; a host of nobody we know is its own."""
    if host in _REALMS:
        return _REALMS[host]
    return PRODUCTION if host.endswith(".binance.com") else host


def service_of(path: str) -> str:
    """The table's family for a path, C2C apart from the rest of /sapi; the path itself where none is known."""
    if path.startswith(_C2C):
        return "c2c"
    prefix = prefix_of(path)
    return prefix.table_family if prefix is not None else path
