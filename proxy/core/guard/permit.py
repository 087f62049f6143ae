"""May this be done? By operation, not by verb: the catalogue knows what an endpoint does.

Reads pass. What changes something needs a profile that names its operation, or an `allow` line of its own;
money out, keys and irreversible P2P steps are in no profile. An endpoint nobody listed counts as a change
unless it is a GET. `limits` narrow further what a request may hold (`proxy.core.guard.limits`).
"""

from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.errors import Refusal
from proxy.core.guard.limits import Line, lines_of
from proxy.core.settings import PermitSettings

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


class Policy(msgspec.Struct, frozen=True):
    """What is allowed beyond reading. `place` is what people call it: `policy`, `clients.bot.policy`."""

    operations: frozenset[Operation]
    allowed: frozenset[str]  # "METHOD /path", exactly
    read_only: bool
    limits: tuple[Line, ...] = ()
    place: str = "policy"
    named: tuple[str, ...] = ()  # the profiles, as they were written

    @classmethod
    def of(cls, settings: PermitSettings, place: str = "policy") -> "Policy":
        operations = frozenset[Operation]().union(*(PROFILES[name] for name in settings.profiles))
        return cls(
            operations,
            frozenset(settings.allow),
            settings.read_only,
            lines_of(settings.limits, PROFILES, f"{place}.limits"),
            place,
            settings.profiles,
        )


class Decision(msgspec.Struct, frozen=True):
    """A decision and the rule that made it, in words."""

    refusal: Refusal | None
    rule: str


NOTHING: Final = Policy(frozenset(), frozenset(), read_only=True)
"""Allows reading only."""

_READ: Final = Decision(None, "it changes nothing at the exchange: reading always passes")
_READ_ONLY: Final = Refusal(
    403, "read_only", "the gateway is in read-only mode; nothing that changes anything passes"
)
_SWITCHED: Final = Decision(_READ_ONLY, "the kill switch is on")


def permit(endpoint: Endpoint, policy: Policy, *, switched_off: bool = False) -> Refusal | None:
    """None where the endpoint may be called; it is judged by the table, not by its verb.

    `switched_off`: the kill switch is on, and every policy is read-only.
    """
    return decide(endpoint, policy, switched_off=switched_off).refusal


def decide(endpoint: Endpoint, policy: Policy, *, switched_off: bool = False) -> Decision:
    """As a `Decision`: whether the endpoint may be called, and the rule that says so."""
    operation = operation_of(endpoint)
    if operation is Operation.READ:
        return _READ
    if switched_off:
        return _SWITCHED
    if policy.read_only:
        return Decision(_READ_ONLY, f"{policy.place}.read_only is true")
    if endpoint.name in policy.allowed:
        return Decision(None, f"{policy.place}.allow has a line for it")
    if operation in policy.operations:
        return Decision(None, f"{policy.place}.profiles has {_profile_with(operation, policy.named)}")
    return Decision(
        Refusal(403, "endpoint_denied", _denial(endpoint, operation, policy.place)),
        f"{_words(operation)}: neither a profile nor an allow line of {policy.place} lets it through",
    )


def _profile_with(operation: Operation, names: tuple[str, ...] = tuple(PROFILES)) -> str | None:
    """The first of these profiles that allows the operation."""
    return next((name for name in names if operation in PROFILES[name]), None)


def _words(operation: Operation) -> str:
    return operation.value.replace("_", " ")


def _denial(endpoint: Endpoint, operation: Operation, place: str) -> str:
    if not endpoint.listed:
        return (
            "this endpoint is not in the catalogue, and what is unknown may change something; "
            f"add it under `endpoints:` and, if it is a write, under `{place}.allow`"
        )
    profile = _profile_with(operation)
    if profile is not None:
        return (
            f"this endpoint needs the profile `{profile}`, or a line of its own under `{place}.allow`: "
            f"{endpoint.name}"
        )
    return (
        f"{_words(operation)} is in no profile; if you really want it, add one line under "
        f"`{place}.allow`: {endpoint.name}"
    )
