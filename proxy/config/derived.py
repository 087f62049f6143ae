"""What follows from settings alone: the catalogue with the user's own rows, and the environments."""

from collections.abc import Iterator

from proxy.config.problems import Path
from proxy.core.catalogue import (
    ENVIRONMENTS,
    Catalogue,
    EndpointCorrection,
    Environment,
    Needs,
    sandbox,
)
from proxy.core.settings import EndpointSettings, PermitSettings, Settings


def environments_of(settings: Settings) -> dict[str, Environment]:
    """All environments by name; with an unsafe upstream every one leads there."""
    base = settings.upstream.unsafe_url
    if base is None:
        return dict(ENVIRONMENTS)
    one = sandbox(base)
    return dict.fromkeys([*ENVIRONMENTS, one.name], one)


def speaks_tls(settings: Settings) -> bool:
    """Whether any connection to Binance goes over TLS: always, but for an unsafe upstream of plain HTTP."""
    unsafe = settings.upstream.unsafe_url
    return unsafe is None or unsafe.startswith("https:")


def catalogue_of(settings: Settings) -> Catalogue:
    """Raises CatalogueError for rows that make no sense; `load_settings` has refused those before."""
    return Catalogue.builtin().with_corrections(correction(row) for row in settings.endpoints)


def policies(settings: Settings) -> Iterator[tuple[Path, PermitSettings]]:
    """The gateway's policy and those of clients that have one of their own, each with its place."""
    yield ("policy",), settings.policy
    for name, client in settings.clients.items():
        if client.policy is not None:
            yield ("clients", name, "policy"), client.policy


def correction(row: EndpointSettings) -> EndpointCorrection:
    method, _, path = row.endpoint.partition(" ")
    return EndpointCorrection(
        method, path, needs=Needs(row.needs) if row.needs else None, mutates=row.mutates
    )
