"""The shape of verdicts: a small decision tree for one kind of answer of the exchange."""

from collections.abc import Callable
from typing import Final

import msgspec

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.examination.rule_text import RuleText
from proxy.core.diagnosis.symptoms.base import Sighting
from proxy.core.findings import SignatureState, Strength

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "PROVEN",
    "Case",
    "Opinion",
    "ParsedRequest",
    "RuleText",
    "Sighting",
    "Verdict",
]

PROVEN: Final = Strength.PROVEN
LIKELY: Final = Strength.LIKELY
POSSIBLE: Final = Strength.POSSIBLE


class Case(msgspec.Struct, frozen=True):
    """What the decision trees look at: the request, and what was concluded so far.

    `found` are the rules already proven or likely; `explained` those among them that explain this answer.
    """

    request: ParsedRequest
    signature: SignatureState
    found: frozenset[str]
    explained: frozenset[str]
    searched: bool = True  # False while the search for departures is still going on
    tried: int = 0
    stopped: bool = False  # a bound was met before all departures were tried

    @property
    def right(self) -> bool:
        """The signature verifies with the key at hand."""
        return self.signature is SignatureState.VALID


type Named = tuple[str, Sighting]
"""A rule name, of the verdict's own texts or of another rule, and how sure it is."""


class Opinion(msgspec.Struct, frozen=True):
    """Findings, and sentences that are safe to show to anyone."""

    findings: tuple[Named, ...] = ()
    notes: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`applies` picks the answers, `judge` speaks. Neither raises.

    `about` are the texts of the findings that it alone makes.
    """

    name: str
    about: tuple[RuleText, ...] = ()
    applies: Callable[[ParsedRequest], bool]
    judge: Callable[[Case], Opinion]


def likely(*names: str) -> tuple[Named, ...]:
    return tuple((name, Sighting(LIKELY)) for name in names)


def possible(*names: str) -> tuple[Named, ...]:
    return tuple((name, Sighting(POSSIBLE)) for name in names)
