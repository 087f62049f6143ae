"""May this be done? By operation, not by verb: the catalogue knows what an endpoint does.

Reads pass. What changes something needs a profile that names its operation, or an `allow` line of its own;
money out, keys and irreversible P2P steps are in no profile. An endpoint nobody listed counts as a change
unless it is a GET.
"""

from dataclasses import dataclass
from typing import Final

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.errors import Refusal
from proxy.core.settings import PolicySettings

PROFILES: Final[dict[str, frozenset[Operation]]] = {
    "read-only": frozenset(),
    "spot": frozenset({Operation.SPOT}),
    "margin": frozenset({Operation.MARGIN}),
    "futures": frozenset({Operation.FUTURES}),
    "transfers": frozenset({Operation.TRANSFERS}),
    "earn": frozenset({Operation.EARN}),
    "convert": frozenset({Operation.CONVERT}),
    "merchant": frozenset({Operation.MERCHANT}),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed beyond reading."""

    operations: frozenset[Operation]
    allowed: frozenset[str]  # "METHOD /path", exactly
    read_only: bool

    @classmethod
    def of(cls, settings: PolicySettings) -> "Policy":
        operations = frozenset[Operation]().union(*(PROFILES[name] for name in settings.profiles))
        return cls(operations, frozenset(settings.allow), settings.read_only)


def permit(endpoint: Endpoint, policy: Policy) -> Refusal | None:
    """None where the endpoint may be called; it is judged by the table, not by its verb."""
    operation = operation_of(endpoint)
    if operation is Operation.READ:
        return None
    if policy.read_only:
        return Refusal(
            403, "read_only", "the gateway is in read-only mode; nothing that changes anything passes"
        )
    if endpoint.name in policy.allowed:
        return None
    if operation in policy.operations:
        return None
    return Refusal(403, "endpoint_denied", _denial(endpoint, operation))


def _denial(endpoint: Endpoint, operation: Operation) -> str:
    if not endpoint.listed:
        return (
            "this endpoint is not in the catalogue, and what is unknown may change something; "
            "add it under `endpoints:` and, if it is a write, under `policy.allow`"
        )
    profiles = [name for name, operations in PROFILES.items() if operation in operations]
    if profiles:
        return (
            f"this endpoint needs the profile `{profiles[0]}`, or a line of its own under `policy.allow`: "
            f"{endpoint.name}"
        )
    return (
        f"{operation.value.replace('_', ' ')} is in no profile; if you really want it, add one line under "
        f"`policy.allow`: {endpoint.name}"
    )
