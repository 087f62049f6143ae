"""The wall: what may be asked. Only what the shipped table knows to change nothing.

A GET, or one of the POSTs below, that is listed, neither changes nor moves anything, and belongs to no group that a
policy would have to allow. Test orders, stream keys and quotes change nothing that matters to a policy, yet they are
no reads: they make something.
"""

from typing import Final

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import DELICATE, Operation, operation_of
from proxy.core.catalogue.retired import retirement_of
from proxy.core.errors import UsageError

_POSTED_READS: Final = frozenset({"/sapi/v3/asset/getUserAsset", "/sapi/v1/asset/get-funding-asset"})
_POSTED_BELOW: Final = "/sapi/v1/c2c/"
"""The P2P service reads by POST; the flags of the table tell its reads from its writes."""


def is_read(endpoint: Endpoint) -> bool:
    """Whether this may be asked."""
    harmless = (
        endpoint.listed
        and not endpoint.mutates
        and not endpoint.moves_funds
        and endpoint.name not in DELICATE
        and operation_of(endpoint) is Operation.READ
    )
    if endpoint.method == "POST":
        return harmless and (endpoint.path in _POSTED_READS or endpoint.path.startswith(_POSTED_BELOW))
    return harmless and endpoint.method == "GET"


def require_read(catalogue: Catalogue, method: str, path: str) -> Endpoint:
    """The listed read of this method and path. Raises UsageError for anything else."""
    endpoint = catalogue.find(method, path)
    if endpoint is None:
        raise UsageError(
            f"{method} {path} stands in no table of Binance's endpoints, so nobody knows what it does",
            "listed reads alone are asked: signing-proxy catalogue --endpoint 'GET /path' shows what is known",
        )
    if not is_read(endpoint):
        raise UsageError(
            f"{endpoint.name} is no read: what could change something is never sent",
            "name another call; nothing was sent",
        )
    retired = retirement_of(endpoint, "production")
    if retired is not None:
        raise UsageError(f"{endpoint.name} was retired on {retired.since}", f"use {retired.instead}")
    return endpoint
