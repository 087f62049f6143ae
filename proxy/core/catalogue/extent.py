"""How much the catalogue knows, in numbers."""

import csv

import msgspec

from proxy.core.catalogue.errors import all_errors
from proxy.core.catalogue.shipped import shipped
from proxy.core.catalogue.table import Catalogue


class Extent(msgspec.Struct, frozen=True):
    """What can be counted."""

    endpoints: int
    writes: int
    """Endpoints that change something."""
    parameters: int
    """Of all endpoints of REST together."""
    error_codes: int
    """Different codes; one may have several meanings. Statuses of HTTP are not among them."""
    websocket_methods: int
    """Methods of the WebSocket API, by family and name, whose parameters are known."""


def extent_of(catalogue: Catalogue) -> Extent:
    """Count everything; reads all data files."""
    codes = {code for row in all_errors() for code in row.codes if not code.startswith("HTTP ")}
    methods = {(row["family"], row["method"]) for row in _rows("parameters_ws.csv")}
    return Extent(
        endpoints=len(catalogue),
        writes=sum(endpoint.mutates for endpoint in catalogue),
        parameters=len(_rows("parameters.csv")),
        error_codes=len(codes),
        websocket_methods=len(methods),
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(shipped(name).decode().splitlines()))
