"""What Binance offers, as data: endpoints, hosts, error codes, operation groups, values that may be shown."""

from proxy.core.catalogue.endpoint import Endpoint, Needs, SecurityType
from proxy.core.catalogue.environments import (
    ALLOWED_UPSTREAM_HOSTS,
    ALTERNATE_BASES,
    ENVIRONMENTS,
    Environment,
    TimeSource,
    base_for,
    family_for,
    sandbox,
    time_source,
)
from proxy.core.catalogue.prefixes import PREFIXES, Prefix, PrefixFamily, prefix_of
from proxy.core.catalogue.table import Catalogue, CatalogueError, EndpointCorrection

__all__ = [
    "ALLOWED_UPSTREAM_HOSTS",
    "ALTERNATE_BASES",
    "ENVIRONMENTS",
    "PREFIXES",
    "Catalogue",
    "CatalogueError",
    "Endpoint",
    "EndpointCorrection",
    "Environment",
    "Needs",
    "Prefix",
    "PrefixFamily",
    "SecurityType",
    "TimeSource",
    "base_for",
    "family_for",
    "prefix_of",
    "sandbox",
    "time_source",
]
