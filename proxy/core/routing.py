"""What a request is, and where it goes: endpoint, what it needs, upstream base. Or a refusal."""

from typing import Final

import msgspec

from proxy.core.catalogue import Catalogue, Endpoint, Environment, Needs, PrefixFamily, family_for, prefix_of
from proxy.core.errors import Refusal
from proxy.core.guard.door import Head

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


_CONTROLS: Final = frozenset({b"x-gateway-host", b"x-gateway-security"})
"""Headers of the caller that change the way."""


class Route(msgspec.Struct, frozen=True):
    endpoint: Endpoint
    family: PrefixFamily
    base: str  # scheme and host, no trailing slash
    needs: Needs  # the catalogue's, or the caller's override


class Router:
    """Finds endpoints, and knows again those it found: there are as many as the table has lines."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str, bytes], Route] = {}

    def route(self, head: Head, environment: Environment) -> Route | Refusal:
        """As `route`."""
        if head.fields.controls and not _CONTROLS.isdisjoint(head.fields):
            return route(head, self._catalogue, environment)
        key = (environment.name, head.method, head.path)
        known = self._known.get(key)
        if known is not None:
            return known
        found = route(head, self._catalogue, environment)
        if isinstance(found, Route) and found.endpoint.listed:
            self._known[key] = found
        return found


def route(head: Head, catalogue: Catalogue, environment: Environment) -> Route | Refusal:
    """Find the endpoint of a request whose path is canonical."""
    path = head.path.decode("ascii")
    prefix = prefix_of(path)
    if prefix is None:
        return _UNKNOWN
    if PrefixFamily.BAPI in prefix.families:
        return _WEB_ONLY
    endpoint = catalogue.find(head.method, path) or catalogue.unlisted(head.method, path)
    if endpoint is None:
        return _UNKNOWN
    family = family_for(endpoint, wanted=_text(head.first(b"x-gateway-host")))
    base = environment.base_for(family) if family is not None else None
    if family is None or base is None:
        return Refusal(
            404,
            "endpoint_not_in_environment",
            f"the {environment.name} environment has no {prefix.path}; choose an account of another environment",
        )
    needs = _needs(head, endpoint)
    return needs if isinstance(needs, Refusal) else Route(endpoint, family, base, needs)


def _needs(head: Head, endpoint: Endpoint) -> Needs | Refusal:
    wanted = _text(head.first(b"x-gateway-security"))
    if wanted is None:
        return endpoint.needs
    try:
        return Needs(wanted.lower())
    except ValueError:
        return Refusal(400, "bad_control_header", "X-Gateway-Security must be none, key or signed")


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1").strip() if value is not None else None
