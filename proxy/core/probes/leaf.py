"""The ends of the decision: what can be concluded from probes, whose part it is, and how sure that is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from proxy.core.findings import Strength
from proxy.core.probes.probe import Probe
from proxy.core.probes.said import Said


class Leaf(StrEnum):
    WORKS = "works"
    KEY_UNKNOWN = "key-unknown"
    WRONG_ENVIRONMENT = "wrong-environment"
    ADDRESS_NOT_ALLOWED = "address-not-allowed"
    PERMISSION_MISSING = "permission-missing"
    REFUSED_HERE_ONLY = "refused-here-only"
    FLAPPING = "flapping"
    OWN_CLOCK = "own-clock"
    SIGNATURE_WRONG = "signature-wrong"
    KEY_FORM = "key-form"
    BANNED = "banned"
    RATE_LIMITED = "rate-limited"
    FIREWALL = "firewall"
    RESTRICTED_LOCATION = "restricted-location"
    EXCHANGE_FAILING = "exchange-failing"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Who can mend it."""

    YOURS = "yours"
    BINANCE = "binance"
    NOBODY = "nobody"  # there is nothing to mend
    UNKNOWN = "unknown"


_BINANCE: Final = frozenset({Leaf.REFUSED_HERE_ONLY, Leaf.FLAPPING, Leaf.EXCHANGE_FAILING})
SIDES: Final[Mapping[Leaf, Side]] = MappingProxyType(
    {leaf: Side.BINANCE if leaf in _BINANCE else Side.YOURS for leaf in Leaf}
    | {Leaf.WORKS: Side.NOBODY, Leaf.UNKNOWN: Side.UNKNOWN}
)


class Evidence(msgspec.Struct, frozen=True):
    """One probe that a verdict stands on, and how old it was when the verdict was given."""

    probe: Probe
    says: Said
    age_ms: int


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the probes of one account show together.

    `sentence` says no more than was seen. `next_steps`: what to do, first things first. `also`: what else was
    refused, beside what the verdict is on. `span_ms`: between the oldest and the newest probe of the evidence.
    """

    leaf: Leaf
    side: Side
    strength: Strength | None  # None for `unknown`
    sentence: str
    evidence: tuple[Evidence, ...]
    next_steps: tuple[str, ...]
    also: tuple[str, ...]
    span_ms: int
    age_ms: int | None  # of the newest probe; None without one

    @property
    def not_fixable_on_the_client(self) -> bool:
        return self.leaf in (Leaf.REFUSED_HERE_ONLY, Leaf.FLAPPING)


class Opinion(msgspec.Struct, frozen=True):
    """What one branch of the decision concludes, and from which probes."""

    leaf: Leaf
    strength: Strength | None
    sentence: str
    next_steps: tuple[str, ...]
    stands_on: tuple[Probe, ...]
