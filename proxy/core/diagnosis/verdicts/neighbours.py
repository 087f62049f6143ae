"""What other flows of the same key say: does it authenticate elsewhere?"""

from typing import Final

import msgspec

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.diagnosis.observation import Neighbour
from proxy.core.diagnosis.parsed_request import ParsedRequest

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
_REFUSALS: Final = frozenset({-2008, -2014, -2015})
_ACCEPTED: Final = frozenset({-1013, -2010, -2011, -2013})
"""Business refusals that come after the signature was accepted (errors.md of binance-spot-api-docs)."""


class Elsewhere(msgspec.Struct, frozen=True):
    """Endpoints, counted once each, on which this key authenticated or was refused."""

    authenticated: int
    refused: int  # with the request at hand
    same_minute: bool  # an authenticated one lies within a minute of a refused one
    flapping: bool = False  # this very endpoint took the key within an hour of refusing it

    def sentence(self) -> str:
        when = " in the same minute" if self.same_minute else ""
        return (
            f"This key authenticates on {_count(self.authenticated)} and is refused on {_count(self.refused)}{when}:"
            " not fixable on the client."
        )


def elsewhere(request: ParsedRequest) -> Elsewhere:
    """Summarise the neighbours of a flow that was refused for its key."""
    authenticated = {_endpoint(n): n.at_ms for n in request.observation.neighbours if _authenticated(n)}
    flapping = _is_flapping(request)
    refused = {_endpoint(n): n.at_ms for n in request.observation.neighbours if n.code in _REFUSALS}
    refused[request.method, request.path_text] = request.exchange_ms or request.timestamp_ms or 0
    for both in set(authenticated) & set(refused):
        del authenticated[both]
    close = any(abs(a - r) <= MINUTE_MS for a in authenticated.values() for r in refused.values())
    return Elsewhere(len(authenticated), len(refused), close, flapping)


def _is_flapping(request: ParsedRequest) -> bool:
    """Whether the endpoint that refuses the key now took it within the hour."""
    now_ms = request.exchange_ms or request.timestamp_ms
    if now_ms is None:
        return False
    here = request.method, request.path_text
    return any(
        _endpoint(one) == here and abs(one.at_ms - now_ms) <= HOUR_MS and _authenticated(one)
        for one in request.observation.neighbours
    )


def _endpoint(neighbour: Neighbour) -> tuple[str, str]:
    return neighbour.method.upper(), neighbour.path.partition("?")[0]


def _authenticated(neighbour: Neighbour) -> bool:
    """Answered as only a request with an accepted key is, on an endpoint that asks for one."""
    endpoint = Catalogue.builtin().find(*_endpoint(neighbour))
    if endpoint is not None and endpoint.needs is Needs.NONE:
        return False
    return 200 <= neighbour.status < 300 or neighbour.code in _ACCEPTED


def _count(number: int) -> str:
    return f"{number} endpoint" + ("" if number == 1 else "s")
