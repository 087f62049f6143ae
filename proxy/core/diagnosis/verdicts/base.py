"""The shape of verdicts: a small decision tree for one kind of answer of the exchange."""

from collections.abc import Callable
from dataclasses import dataclass, field

from proxy.core.diagnosis.evidence import SignatureState, Strength
from proxy.core.diagnosis.page import Page
from proxy.core.diagnosis.scene import Scene
from proxy.core.diagnosis.symptoms.base import LIKELY, POSSIBLE, PROVEN, Sighting

__all__ = ["LIKELY", "POSSIBLE", "PROVEN", "Case", "Opinion", "Page", "Scene", "Sighting", "Verdict"]


@dataclass(frozen=True, slots=True)
class Case:
    """What the decision trees look at: the scene, and what was concluded so far."""

    scene: Scene
    signature: SignatureState
    found: frozenset[str]  # names of the rules that are already proven or likely
    searched: bool = True  # False while the search for departures is still going on

    @property
    def right(self) -> bool:
        """The signature verifies with the key at hand."""
        return self.signature is SignatureState.VALID

    def has(self, *prefixes: str) -> bool:
        return any(name.startswith(prefixes) for name in self.found)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Findings in order, and sentences that are safe to show to anyone."""

    findings: tuple[tuple[Page, Sighting], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`applies` picks the answers, `judge` speaks. Neither raises. `pages` are the findings it may make."""

    name: str
    pages: tuple[Page, ...] = ()
    applies: Callable[[Scene], bool]
    judge: Callable[[Case], Opinion]
    codes: frozenset[int | str] = field(default=frozenset())


def possible(*pages: Page) -> tuple[tuple[Page, Sighting], ...]:
    """The same pages, each as a mere possibility."""
    return tuple((page, Sighting(Strength.POSSIBLE)) for page in pages)
