"""Which first parts of a path a host of Binance serves, and what a misspelt host looks like.

Source: the host tables of Binance's spot, futures, options, testnet and demo-mode documentation.
"""

from typing import Final

_SPOT: Final = frozenset({"api", "sapi", "wapi"})

SERVED: Final = {
    **dict.fromkeys(
        ("api.binance.com", "api-gcp.binance.com", "api1.binance.com", "api2.binance.com", "api3.binance.com",
         "api4.binance.com", "api.binance.us"),
        _SPOT,
    ),
    "data-api.binance.vision": frozenset({"api"}),
    "testnet.binance.vision": frozenset({"api"}),
    "api1.testnet.binance.vision": frozenset({"api"}),
    "demo-api.binance.com": frozenset({"api"}),
    "fapi.binance.com": frozenset({"fapi", "futures"}),
    "demo-fapi.binance.com": frozenset({"fapi", "futures"}),
    "dapi.binance.com": frozenset({"dapi", "futures"}),
    "demo-dapi.binance.com": frozenset({"dapi", "futures"}),
    "eapi.binance.com": frozenset({"eapi"}),
    "papi.binance.com": frozenset({"papi"}),
    "testnet.binancefuture.com": frozenset({"fapi", "dapi", "eapi", "futures"}),
    "www.binance.com": frozenset({"bapi", "fapi", "futures"}),
    "p2p.binance.com": frozenset({"bapi"}),
}  # fmt: skip

PREFIXES: Final = frozenset({"api", "sapi", "fapi", "dapi", "eapi", "papi", "bapi"})

TEST_HOSTS: Final = frozenset(host for host in SERVED if "testnet" in host or host.startswith("demo-"))


def near(host: str, known: str) -> bool:
    """Whether two host names are one or two edits apart."""
    if abs(len(host) - len(known)) > 2:
        return False
    row = list(range(len(known) + 1))
    for i, letter in enumerate(host, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(known, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (letter != other))
    return 1 <= row[-1] <= 2
