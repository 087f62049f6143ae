"""The shape of symptoms: what can be seen on the wire or in the answer without recomputing anything."""

from collections.abc import Callable
from typing import Final

import msgspec

from proxy.core.diagnosis.examination.parsed_request import Param, ParsedRequest
from proxy.core.diagnosis.examination.rule_text import RuleText
from proxy.core.findings import Strength

__all__ = [
    "LIKELY", "POSSIBLE", "PROVEN", "Detect", "Param", "ParsedRequest", "RuleText", "Sighting", "Symptom",
]  # fmt: skip

PROVEN: Final = Strength.PROVEN
LIKELY: Final = Strength.LIKELY
POSSIBLE: Final = Strength.POSSIBLE


class Sighting(msgspec.Struct, frozen=True):
    """A symptom that was seen. Facts hold names, lengths and places, never a value of the request.

    `says` and `remedy` go before the rule's own where more is known: they may name documented parameters and bounds.
    """

    strength: Strength
    facts: tuple[tuple[str, str | int], ...] = ()
    says: str = ""
    remedy: str = ""


type Detect = Callable[[ParsedRequest], Sighting | None]


class Symptom(msgspec.Struct, frozen=True, kw_only=True):
    """`detect` never raises. `codes` are the answers it explains: codes of the exchange, or HTTP statuses.

    A request that was answered with success had nothing wrong with it, so symptoms are not looked for then,
    except where `always` is set (a disclosed secret stays disclosed).
    """

    about: RuleText
    detect: Detect
    codes: frozenset[int | str] = frozenset()
    always: bool = False

    @property
    def name(self) -> str:
        return self.about.rule
