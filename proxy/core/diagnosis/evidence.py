"""What a diagnosis is made from, and what it concludes. Data only.

`Evidence` is raw and lives in memory. Of a `Finding`, `says` and `remedy` are safe to show to anyone (they
never hold a value of the request); `Proof` and `Diagnosis.corrected` hold raw texts for the user's own terminal.
"""

from enum import StrEnum

import msgspec

from proxy.core.signing.algorithms import PublicKey, SigningKey
from proxy.core.wire import Header, RawRequest


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


class Transport(StrEnum):
    REST = "rest"
    WEBSOCKET = "websocket"  # a WebSocket API frame: the body is the frame


class KnownKey(msgspec.Struct, frozen=True):
    """A key the diagnosis may compute with. Without `signing` only symptoms can be seen."""

    name: str
    api_key: str | None
    signing: SigningKey | PublicKey | None = None


class AnswerSeen(msgspec.Struct, frozen=True):
    """The exchange's answer, its body already decompressed (and cut at a bound)."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""


class Neighbour(msgspec.Struct, frozen=True):
    """Another flow of the same key, for verdicts that need more than one flow."""

    method: str
    path: str
    status: int
    code: int | str | None
    at_ms: int


class Evidence(msgspec.Struct, frozen=True):
    """One request and what is known around it. All texts and octets are raw."""

    request: RawRequest
    host: str | None = None  # host it was sent to, lower case, without port
    transport: Transport = Transport.REST
    answer: AnswerSeen | None = None
    keys: tuple[KnownKey, ...] = ()  # the request's own account first, then others worth trying
    exchange_ms: int | None = None  # exchange time when the request arrived (Unix ms), if known
    neighbours: tuple[Neighbour, ...] = ()


class Proof(msgspec.Struct, frozen=True):
    """The text that was signed beside the text that should have been. Raw: for the user's own terminal."""

    signed: bytes
    expected: bytes
    first_difference: (
        int | None
    )  # octet index; None where the texts are equal (a wrong key, digest or output)


class Finding(msgspec.Struct, frozen=True):
    """What one rule concluded."""

    rule: str
    strength: Strength
    says: str  # the mistake in one sentence
    remedy: str  # what to do next
    facts: tuple[tuple[str, str | int], ...] = ()  # safe details: names, lengths, positions, counts
    proof: Proof | None = None


class Diagnosis(msgspec.Struct, frozen=True):
    """Everything concluded about one request, strongest finding first."""

    verdict: Verdict
    signature: SignatureState
    findings: tuple[Finding, ...] = ()
    corrected: str | None = None  # the request as it should be: unsigned, signature starred. Raw values.
    tried: int = 0  # signatures recomputed
    stopped_early: bool = False  # a bound of count or time ended the search
    notes: tuple[str, ...] = ()  # "your signature is correct; look at ...", safe to show
