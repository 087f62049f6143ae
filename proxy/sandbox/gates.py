"""Further refusals at fixed places of `checks.examine`: how a personality gets a word in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from proxy.sandbox.wire import Received

type Gate = Callable[[Received, int], None]
"""Is given a request and the exchange's time, in milliseconds. Raises Refusal to refuse it."""


@dataclass(slots=True)
class Gates:
    """Asked in the order in which they were added; the first refusal wins.

    front: before path, limits and key, as a firewall does. key: once the key is known, before its signature is looked
    at. business: once key, signature and permission are right, as a service behind the exchange's door does.
    """

    front: list[Gate] = field(default_factory=list)
    key: list[Gate] = field(default_factory=list)
    business: list[Gate] = field(default_factory=list)
