"""The first part of a path decides which family of hosts answers it."""

from enum import StrEnum

import msgspec


class PrefixFamily(StrEnum):
    """A family of hosts. `/futures/data` has none of its own: USD-M and COIN-M hosts both serve it."""

    API = "api"
    SAPI = "sapi"
    FAPI = "fapi"
    DAPI = "dapi"
    EAPI = "eapi"
    PAPI = "papi"
    BAPI = "bapi"


class Prefix(msgspec.Struct, frozen=True):
    """A known beginning of a path.

    `table_family` is the value of the table's column for an endpoint nobody listed.
    `served` is False for web endpoints: the private ones need a browser session, which no key can replace.
    """

    path: str
    families: tuple[PrefixFamily, ...]
    table_family: str
    served: bool = True


PREFIXES: tuple[Prefix, ...] = (
    Prefix("/api", (PrefixFamily.API,), "spot"),
    Prefix("/sapi", (PrefixFamily.SAPI,), "sapi"),
    Prefix("/fapi", (PrefixFamily.FAPI,), "fapi"),
    Prefix("/dapi", (PrefixFamily.DAPI,), "dapi"),
    Prefix("/eapi", (PrefixFamily.EAPI,), "eapi"),
    Prefix("/papi", (PrefixFamily.PAPI,), "papi"),
    Prefix("/futures/data", (PrefixFamily.FAPI, PrefixFamily.DAPI), "futures_data"),
    Prefix("/bapi", (PrefixFamily.BAPI,), "bapi", served=False),
)
"""No prefix is the beginning of another one, so their order does not matter."""


def prefix_of(path: str) -> Prefix | None:
    """The prefix that `path` stands under, compared with case and by whole segments; `/api` alone is none."""
    for prefix in PREFIXES:
        if path.startswith(prefix.path + "/"):
            return prefix
    return None


_WEB3 = ("/api/v1/dex", "/build")
"""Of Binance's Web3 wallet API on web3.binance.com. Source: PyPI binance-web3-wallet 10.1.0, whose calls go to
`/build` and `/api/v1/dex/...` behind it."""


def belongs_to_web3(path: str) -> bool:
    """Whether a path is one of the Web3 wallet API, which has its own host, keys and signature.

    In any letter case, as deny rules are: its own begin like those of `/api`, and must not be signed for it.
    """
    folded = path.lower() + "/"
    return any(folded.startswith(prefix + "/") for prefix in _WEB3)


def table_family_of(path: str) -> str:
    """The table's family for `path`; "" under an unknown prefix."""
    if path.startswith("/sapi/v1/c2c/"):
        return "c2c"
    prefix = prefix_of(path)
    return prefix.table_family if prefix else ""
