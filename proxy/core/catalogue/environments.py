"""Which host answers which prefix in which environment, and where the time comes from.

Source: the host tables of Binance's spot, futures, options, testnet and demo-mode documentation, and of
binance-us/binance-us-api-docs. Keys of one environment are unknown in the others (-2008).
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from proxy.core.catalogue.endpoint import Endpoint
from proxy.core.catalogue.prefixes import PrefixFamily, prefix_of

F = PrefixFamily


class Environment(msgspec.Struct, frozen=True):
    """A world with its own keys. `bases` has no entry for a prefix that the environment does not offer."""

    name: str
    bases: Mapping[PrefixFamily, str]

    def base_for(self, family: PrefixFamily) -> str | None:
        """Scheme and host without a trailing slash, or None where this environment lacks the prefix."""
        return self.bases.get(family)


class TimeSource(msgspec.Struct, frozen=True):
    """Where to ask for the server's time: `base` + `path`, answered by the hosts of `family`."""

    family: PrefixFamily
    base: str
    path: str


PRODUCTION = Environment(
    "production",
    MappingProxyType(
        {
            F.API: "https://api.binance.com",
            F.SAPI: "https://api.binance.com",
            F.FAPI: "https://fapi.binance.com",
            F.DAPI: "https://dapi.binance.com",
            F.EAPI: "https://eapi.binance.com",
            F.PAPI: "https://papi.binance.com",
        }
    ),
)
TESTNET = Environment(
    "testnet",
    MappingProxyType(
        {
            F.API: "https://testnet.binance.vision",
            F.FAPI: "https://testnet.binancefuture.com",
            F.DAPI: "https://testnet.binancefuture.com",
            F.EAPI: "https://testnet.binancefuture.com",
        }
    ),
)
DEMO = Environment(
    "demo",
    MappingProxyType(
        {
            F.API: "https://demo-api.binance.com",
            F.FAPI: "https://demo-fapi.binance.com",
            F.DAPI: "https://demo-dapi.binance.com",
        }
    ),
)
US = Environment(
    "us",
    MappingProxyType({F.API: "https://api.binance.us", F.SAPI: "https://api.binance.us"}),
)
ENVIRONMENTS: Mapping[str, Environment] = MappingProxyType(
    {environment.name: environment for environment in (PRODUCTION, TESTNET, DEMO, US)}
)
"""The fixed ones by name; `sandbox` is made at run time because its port is not known before."""

SANDBOX_NAME = "sandbox"

ALLOWED_UPSTREAM_HOSTS: frozenset[str] = frozenset(
    {
        "api.binance.com",
        "api-gcp.binance.com",
        "api1.binance.com",
        "api2.binance.com",
        "api3.binance.com",
        "api4.binance.com",
        "data-api.binance.vision",
        "fapi.binance.com",
        "dapi.binance.com",
        "eapi.binance.com",
        "papi.binance.com",
        "testnet.binance.vision",
        "api1.testnet.binance.vision",
        "testnet.binancefuture.com",
        "demo-api.binance.com",
        "demo-fapi.binance.com",
        "demo-dapi.binance.com",
        "api.binance.us",
    }
)
"""The only hosts that a request with a key may go to. `www` and `p2p` serve `/bapi`, which is refused."""

ALTERNATE_BASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "https://api.binance.com": (
            "https://api1.binance.com",
            "https://api2.binance.com",
            "https://api3.binance.com",
            "https://api4.binance.com",
        )
    }
)
"""Other hosts that serve the same `/api`, by the base they stand in for: for reads, when the base cannot be reached.

Source: binance-spot-api-docs rest-api.md, "General API Information" (looked up 2026-11-21), which calls api1
to api4 faster and less stable. The wallet documentation names one host for `/sapi`; testnets and demo mode have
one host each. All of them count one IP's weight together.
"""

_TIME_PATHS: Mapping[PrefixFamily, tuple[PrefixFamily, str]] = MappingProxyType(
    {
        F.API: (F.API, "/api/v3/time"),
        F.SAPI: (F.API, "/api/v3/time"),  # has none of its own
        F.PAPI: (F.API, "/api/v3/time"),  # has none of its own
        F.FAPI: (F.FAPI, "/fapi/v1/time"),
        F.DAPI: (F.DAPI, "/dapi/v1/time"),
        F.EAPI: (F.EAPI, "/eapi/v1/time"),
    }
)


def sandbox(base: str) -> Environment:
    """All prefixes on one base, such as `http://127.0.0.1:43210`; a trailing slash is dropped."""
    families = (family for family in PrefixFamily if family is not F.BAPI)
    return Environment(SANDBOX_NAME, MappingProxyType(dict.fromkeys(families, base.rstrip("/"))))


def base_for(environment: Environment, prefix_family: PrefixFamily) -> str | None:
    """See `Environment.base_for`."""
    return environment.base_for(prefix_family)


def time_source(environment: Environment, family: PrefixFamily) -> TimeSource | None:
    """Whose clock judges requests of `family`; None where the environment lacks the prefix."""
    if environment.base_for(family) is None or family not in _TIME_PATHS:
        return None
    owner, path = _TIME_PATHS[family]
    base = environment.base_for(owner)
    return TimeSource(owner, base, path) if base is not None else None


def family_for(endpoint: Endpoint, *, wanted: str | None = None) -> PrefixFamily | None:
    """The host family of an endpoint; `wanted` is the value of the caller's `X-Gateway-Host` header.

    Only `/futures/data` leaves a choice: COIN-M where only COIN-M has the path or the caller says `dapi`,
    otherwise USD-M. On other paths, and with other values, `wanted` changes nothing.
    """
    prefix = prefix_of(endpoint.path)
    if prefix is None:
        return None
    if len(prefix.families) == 1:
        return prefix.families[0]
    offered = {host.split(".", 1)[0] for host in endpoint.hosts}
    candidates = [family for family in prefix.families if not offered or family.value in offered]
    if wanted is not None and wanted.lower() == F.DAPI and F.DAPI in candidates:
        return F.DAPI
    return candidates[0] if candidates else None
