"""What a diagnosis concludes. Data only.

Of a `Finding`, `says` and `remedy` are safe to show to anyone: they never hold a value of the request, and its names
only made printable. `Proof` and `Diagnosis.corrected` hold raw texts for the user's own terminal.
"""

from enum import StrEnum

import msgspec

from proxy.core.printable import printable


class Strength(StrEnum):
    """How sure a finding is. *proven*: recomputed or read off the octets; no other explanation fits."""

    PROVEN = "proven"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Verdict(StrEnum):
    """`correct`: nothing wrong found and the signature verifies; `mistaken`: at least one proven or likely
    finding; `unknown`: anything else."""

    CORRECT = "correct"
    MISTAKEN = "mistaken"
    UNKNOWN = "unknown"


class SignatureState(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    ABSENT = "absent"
    UNCHECKED = "unchecked"  # no key at hand to check with


class Proof(msgspec.Struct, frozen=True):
    """The text that was signed beside the text that should have been. Raw: for the user's own terminal."""

    signed: bytes
    expected: bytes
    first_difference: (
        int | None
    )  # octet index; None where the texts are equal (a wrong key, digest or output)


class Finding(msgspec.Struct, frozen=True):
    """What one rule concluded. Its words are printable, whatever a name of the request that they repeat is like."""

    rule: str
    strength: Strength
    says: str  # the mistake in one sentence
    remedy: str  # what to do next
    facts: tuple[tuple[str, str | int], ...] = ()  # safe details: names, lengths, positions, counts
    proof: Proof | None = None

    def __post_init__(self) -> None:
        for name in ("says", "remedy"):
            msgspec.structs.force_setattr(self, name, printable(getattr(self, name)))
        if self.facts:
            msgspec.structs.force_setattr(
                self, "facts", tuple((printable(name), _printable(value)) for name, value in self.facts)
            )


def _printable(value: str | int) -> str | int:
    return printable(value) if isinstance(value, str) else value


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything concluded about one request, strongest finding first."""

    verdict: Verdict
    signature: SignatureState
    findings: tuple[Finding, ...] = ()
    corrected: str | None = None  # the request as it should be: unsigned, signature starred. Raw values.
    left_out: str = ""  # why there is no `corrected` though there is a mistake: safe to show
    tried: int = 0  # signatures recomputed
    stopped_early: bool = False  # a bound of count or time ended the search
    notes: tuple[str, ...] = ()  # "your signature is correct; look at ...", safe to show
