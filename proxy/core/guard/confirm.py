"""Which operations a person must approve before they leave, and how long they may wait for it.

What is shown of them to that person: `proxy.core.guard.description`.
"""

from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.retry_after import places_orders
from proxy.core.settings import ConfirmMode, PermitSettings

CONFIRM_GROUPS: Final = frozenset(
    operation.value for operation in Operation if operation is not Operation.READ
)
"""What a `confirm` line may name besides `METHOD /path`. The profiles bear the same names as their operations."""

LONGEST_ORDER_SECONDS: Final = 8.0
"""Longer than this an order says something about a market that has moved on."""
_ORDERS: Final = frozenset(
    {Operation.CANCELS, Operation.SPOT, Operation.MARGIN, Operation.FUTURES, Operation.CONVERT}
)


class ConfirmRule(msgspec.Struct, frozen=True):
    """What must be approved, by operation or by `METHOD /path`. `seconds`: longest wait of what is no order."""

    operations: frozenset[Operation]
    endpoints: frozenset[str]
    seconds: float
    mode: ConfirmMode

    @classmethod
    def of(cls, settings: PermitSettings) -> "ConfirmRule | None":
        """None where nothing needs approval."""
        if not settings.confirm:
            return None
        groups = frozenset(Operation(name) for name in settings.confirm if name in CONFIRM_GROUPS)
        paths = frozenset(settings.confirm) - CONFIRM_GROUPS
        return cls(groups, paths, settings.confirm_seconds, settings.confirm_mode)


class DescribedValue(msgspec.Struct, frozen=True):
    """One value of a request. `role` is a `Role` or `unknown`; `shown` is fit to be printed."""

    role: str
    name: str
    """As on the wire, or the way into a JSON text: `batchOrders[0].quantity`."""
    shown: str
    decides: bool
    """Whether it says what is moved, at what price, or to whom, or nobody knows what it says."""


def joined(own: ConfirmRule | None, general: ConfirmRule | None) -> ConfirmRule | None:
    """A client's own rule and the gateway's: what either names must be approved, in the client's way if it has one.

    So a client that gets rights of its own does not get away from what holds for everybody.
    """
    if own is None or general is None:
        return own or general
    return ConfirmRule(
        own.operations | general.operations, own.endpoints | general.endpoints, own.seconds, own.mode
    )


def needs_confirmation(endpoint: Endpoint, rule: ConfirmRule | None) -> bool:
    """Whether a person must approve it: its operation is named, or it is itself."""
    if rule is None:
        return False
    return endpoint.name in rule.endpoints or operation_of(endpoint) in rule.operations


def longest_wait(endpoint: Endpoint, rule: ConfirmRule) -> float:
    """Seconds that a request may wait; whatever touches orders never longer than 8."""
    if operation_of(endpoint) in _ORDERS or places_orders(endpoint):
        return min(rule.seconds, LONGEST_ORDER_SECONDS)
    return rule.seconds
