"""What a request is, and where it goes: endpoint, what it needs, upstream base."""

from typing import Final

import msgspec

from proxy.core.catalogue import Catalogue, Endpoint, Environment, Needs, PrefixFamily, family_for, prefix_of
from proxy.core.catalogue.prefixes import belongs_to_web3
from proxy.core.catalogue.retired import retirement_of, retirement_of_path
from proxy.core.errors import Refusal, RefusedError
from proxy.core.head import Head

_UNKNOWN: Final = Refusal(
    404,
    "endpoint_unknown",
    "this path begins with none of Binance's API prefixes: /api /sapi /fapi /dapi /eapi /papi /futures/data",
)
_WEB_ONLY: Final = Refusal(
    404,
    "endpoint_unknown",
    "/bapi belongs to Binance's web site: it takes browser sessions, not API keys, and is not forwarded",
)
_WEB3: Final = Refusal(
    404,
    "endpoint_unknown",
    "/build and /api/v1/dex belong to Binance's Web3 wallet API on web3.binance.com: it has keys, headers and a "
    "signature of its own, and is not forwarded; call it directly",
)


class Route(msgspec.Struct, frozen=True):
    endpoint: Endpoint
    family: PrefixFamily
    base: str  # scheme and host, no trailing slash
    needs: Needs  # the catalogue's, or the caller's override


class Router:
    """Finds routes, and remembers those of listed endpoints: there are as many as the catalogue has lines."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str, bytes], Route] = {}

    def route(self, head: Head, environment: Environment) -> Route:
        """Where a request goes in this environment. Raises RefusedError."""
        controls = head.controls
        if controls.host is not None or controls.security is not None:
            return route(head, self._catalogue, environment)
        key = (environment.name, head.method, head.path)
        known = self._known.get(key)
        if known is not None:
            return known
        found = route(head, self._catalogue, environment)
        if found.endpoint.listed:  # unlisted paths are without number
            self._known[key] = found
        return found


def route(head: Head, catalogue: Catalogue, environment: Environment) -> Route:
    """Find the endpoint of a request whose path is canonical. Raises RefusedError."""
    path = head.path.decode("ascii")
    if belongs_to_web3(path):
        raise RefusedError(_WEB3)
    prefix = prefix_of(path)
    if prefix is None:
        raise RefusedError(_UNKNOWN)
    if PrefixFamily.BAPI in prefix.families:
        raise RefusedError(_WEB_ONLY)
    endpoint = catalogue.find(head.method, path) or catalogue.unlisted(head.method, path)
    if endpoint is None:  # pragma: no cover  # a served prefix has an answer for every path; for the type
        raise RefusedError(_UNKNOWN)
    family = family_for(endpoint, wanted=None if head.controls.host is None else head.controls.host.strip())
    base = environment.base_for(family) if family is not None else None
    if family is None or base is None:
        raise RefusedError(
            Refusal(
                404,
                "endpoint_not_in_environment",
                f"the {environment.name} environment has no {prefix.path}; choose an account of another environment",
            )
        )
    _refuse_retired(endpoint, environment)
    return Route(endpoint, family, base, _needs(head, endpoint))


def _refuse_retired(endpoint: Endpoint, environment: Environment) -> None:
    retired, what = retirement_of(endpoint, environment.name), endpoint.name
    if not endpoint.listed:
        retired, what = retirement_of_path(endpoint.path, environment.name), f"every call on {endpoint.path}"
    if retired is not None:
        raise RefusedError(
            Refusal(
                410,
                "endpoint_retired",
                f"Binance retired {what} on {retired.since}; use {retired.instead}. "
                "To have it sent all the same, name it under `endpoints:` in the configuration",
            )
        )


def _needs(head: Head, endpoint: Endpoint) -> Needs:
    """The caller's word, which is one of the three by now (`core.guard.controls`), or the catalogue's."""
    wanted = head.controls.security
    return endpoint.needs if wanted is None else Needs(wanted.strip())
