"""May this be done? By operation, not by verb: the catalogue knows what an endpoint does.

Reads pass, or where a policy names reads, those it names. What changes something needs a profile that names its
operation, or an `allow` line of its own; money out, keys and irreversible P2P steps are in no profile. Cancels of any
product are in every profile but `read-only`: nobody who may trade at all should be kept from ending it. An endpoint
nobody listed counts as a change unless it is a GET. `limits` narrow further what a request may hold
(`proxy.core.guard.limits`).

The kill switch and `read_only` stop cancels, too: who stops everything wants the exchange left as it is.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import DELICATE, Operation, operation_of
from proxy.core.catalogue.reads import ReadGroup, Reads, read_group_of
from proxy.core.errors import PolicyLine, Refusal
from proxy.core.guard.confirm import ConfirmRule
from proxy.core.settings import PermitSettings

if TYPE_CHECKING:
    from proxy.core.guard.limits import Line

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
"""The operations of each profile's own. Each that has any allows cancels as well."""


class Policy(msgspec.Struct, frozen=True):
    """What is allowed: writes and reads. `place` is what people call it: `policy`, `clients.bot.policy`."""

    operations: frozenset[Operation]
    allowed: frozenset[str]  # "METHOD /path", exactly
    read_only: bool
    limits: tuple["Line", ...] = ()
    margin: Decimal | None = None
    """How far a price of the exchange may run in limits; None: they take no price but the request's own."""
    place: str = "policy"
    named: tuple[str, ...] = ()  # the profiles, as they were written
    read: Reads | None = None  # None: every read
    confirm: ConfirmRule | None = None  # what a person must approve besides

    @classmethod
    def of(cls, settings: PermitSettings, place: str = "policy") -> "Policy":
        operations = frozenset[Operation]().union(*(PROFILES[name] for name in settings.profiles))
        return cls(
            operations | {Operation.CANCELS} if operations else operations,
            frozenset(settings.allow),
            settings.read_only,
            limits=_lines(settings, place),
            margin=Decimal(repr(settings.price_margin)) if settings.prices == "exchange" else None,
            place=place,
            named=settings.profiles,
            read=None if settings.read is None else Reads.of(settings.read),
            confirm=ConfirmRule.of(settings),
        )


def _lines(settings: PermitSettings, place: str) -> tuple["Line", ...]:
    if not settings.limits:
        return ()
    from proxy.core.guard.limits import lines_of  # noqa: PLC0415  # not at start: most policies have none

    return lines_of(settings.limits, PROFILES, f"{place}.limits")


class Decision(msgspec.Struct, frozen=True):
    """A decision and the rule that made it, in words."""

    refusal: Refusal | None
    rule: str


NOTHING: Final = Policy(frozenset(), frozenset(), read_only=True)
"""Allows reading only."""

_READ: Final = Decision(None, "it changes nothing at the exchange: reading always passes")
READ_ONLY: Final = Refusal(
    403, "read_only", "the gateway is in read-only mode; nothing that changes anything passes"
)
_SWITCHED: Final = Decision(READ_ONLY, "the kill switch is on")


def permit(endpoint: Endpoint, policy: Policy, *, switched_off: bool = False) -> Refusal | None:
    """None where the endpoint may be called; it is judged by the table, not by its verb.

    `switched_off`: the kill switch is on, and every policy is read-only.
    """
    return decide(endpoint, policy, switched_off=switched_off).refusal


def decide(endpoint: Endpoint, policy: Policy, *, switched_off: bool = False) -> Decision:
    """As a `Decision`: whether the endpoint may be called, and the rule that says so."""
    operation = operation_of(endpoint)
    if operation is Operation.READ:
        return _READ if policy.read is None else _decide_read(endpoint, policy.read, policy.place)
    if switched_off:
        return _SWITCHED
    if policy.read_only:
        return Decision(READ_ONLY, f"{policy.place}.read_only is true")
    if endpoint.name in policy.allowed:
        return Decision(None, f"{policy.place}.allow has a line for it")
    if operation in policy.operations:
        return Decision(None, _allowance(operation, policy))
    return Decision(
        Refusal(
            403,
            "endpoint_denied",
            _denial(endpoint, operation, policy.place),
            remedy=_lacking(endpoint, operation, policy),
        ),
        f"{_words(operation)}: neither a profile nor an allow line of {policy.place} lets it through",
    )


def _allowance(operation: Operation, policy: Policy) -> str:
    if operation is Operation.CANCELS:
        name = next((name for name in policy.named if PROFILES[name]), None)
        return f"every profile but read-only lets cancels through, and {policy.place}.profiles has {name}"
    return f"{policy.place}.profiles has {_profile_with(operation, policy.named)}"


def _decide_read(endpoint: Endpoint, read: Reads, place: str) -> Decision:
    group = read_group_of(endpoint)
    if read.admits(endpoint):
        return Decision(None, f"{place}.read names it, or its group: {group}")
    if group is ReadGroup.UNLISTED:
        message = (
            "this endpoint is not in the catalogue, so that what it tells is not known, and the policy names the "
            f"reads that pass; add `{group}` under `{place}.read`, or describe it under `endpoints:`"
        )
    else:
        message = (
            f"the policy names the reads that pass, and `{group}` is not among them; add `{group}`, or only "
            f"`{endpoint.name}`, under `{place}.read`"
        )
    return Decision(
        Refusal(403, "read_denied", message, remedy=PolicyLine(place, "read", group.value)),
        f"{place}.read names neither it nor its group: {group}",
    )


def _profile_with(operation: Operation, names: tuple[str, ...] = tuple(PROFILES)) -> str | None:
    """The first of these profiles that allows the operation."""
    return next((name for name in names if operation in PROFILES[name]), None)


def _words(operation: Operation) -> str:
    return operation.value.replace("_", " ")


def _lacking(endpoint: Endpoint, operation: Operation, policy: Policy) -> PolicyLine | None:
    """The profile, or the endpoint's own line; None where nobody knows what the endpoint does: that is to be said
    under `endpoints:` first."""
    if not endpoint.listed:
        return None
    profile = None if operation is Operation.CANCELS else _profile_with(operation)
    if profile is not None:
        return PolicyLine(policy.place, "profiles", profile, policy.named)
    return PolicyLine(policy.place, "allow", endpoint.name, tuple(sorted(policy.allowed)))


def _denial(endpoint: Endpoint, operation: Operation, place: str) -> str:
    if not endpoint.listed and endpoint.resembles:
        harmless = (
            f"add it under `endpoints:` with `mutates: false` if it only reads, or under `{place}.allow`"
        )
        return (
            f"this endpoint is not in the catalogue, and its path is that of a known write ({endpoint.resembles}); "
            + (
                f"it needs a line of its own under `{place}.allow`"
                if endpoint.resembles in DELICATE
                else harmless
            )
        )
    if not endpoint.listed and (methods := Catalogue.builtin().methods_for(endpoint.path)):
        return (
            f"this path is known with {' and '.join(methods)}, not with {endpoint.method}: change the method of the "
            "request; a call that is new can be described under `endpoints:`"
        )
    if not endpoint.listed:
        return (
            "this endpoint is not in the catalogue, and what is unknown may change something; "
            f"add it under `endpoints:` and, if it is a write, under `{place}.allow`"
        )
    if operation is Operation.CANCELS:
        return (
            "this endpoint only takes orders away: it needs any profile but `read-only`, or a line of its own under "
            f"`{place}.allow`: {endpoint.name}"
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
