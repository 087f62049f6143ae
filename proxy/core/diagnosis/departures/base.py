"""The shapes of departures: ways in which a signature can differ from the right one.

    signature = output( digest( key, text ))        text = scope( encoding( order( time( pairs ))))

A departure changes one step. It yields every form its mistake can take; the engine recomputes until one
reproduces the signature on the wire, which proves it. Rules know nothing of each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.examination.rule_text import RuleText
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.hmacs import Hmac, HmacSha256, hash_named

__all__ = [
    "Axis", "Candidate", "Departure", "Digest", "DigestRule", "Facts", "KeyMaterial", "KeyRule", "Keyed", "Lossy",
    "Match", "OutputRule", "PairsRule", "ParsedRequest", "RuleText", "Scheme", "ScopeRule",
]  # fmt: skip

type Facts = tuple[tuple[str, str | int], ...]

SIGNATURE_REFUSED: Final = frozenset({-1022})


class Axis(StrEnum):
    TIME = "time"
    ORDER = "order"
    ENCODING = "encoding"
    SCOPE = "scope"
    KEY = "key"
    DIGEST = "digest"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """What a client may have used as HMAC key. Prints nothing."""

    secret: bytes = field(repr=False)
    api_key: bytes | None = field(repr=False)
    sent_key: bytes | None = field(repr=False)
    others: tuple[bytes, ...] = field(repr=False, default=())  # secrets of the user's other accounts
    private_key: bytes | None = field(repr=False, default=None)  # PEM text of an RSA or Ed25519 key


class Keyed(HmacSha256):
    """An HMAC key, and the HMAC-SHA256 that it makes of texts. Prints nothing."""

    __slots__ = ("_others", "key")

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self.key: Final = key
        self._others: dict[str, Hmac] | None = None  # most keys are asked for none

    def under(self, name: str) -> Hmac:
        """The same key with another hash than SHA-256."""
        if self._others is None:
            self._others = {}
        if name not in self._others:
            self._others[name] = Hmac(self.key, hash_named(name))
        return self._others[name]


@dataclass(frozen=True, slots=True)
class Match:
    """A combination that reproduces the signature."""

    rules: tuple["Departure", ...]
    text: bytes = field(repr=False)
    key: bytes = field(repr=False, default=b"")


def _no_facts(_match: Match, _request: ParsedRequest) -> Facts:
    return ()


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """What all departures state.

    `size` and `composed` are the most signatures the rule asks for alone, and beside a departure on another
    axis (0: alone only). `usual` is how many of its forms, the first ones, are those that people really meet: the
    rest is composed late (0: all are alike). `codes` are the answers it explains. `alike` names rules that may
    produce the very same text, so that the signature cannot tell them apart. `facts` adds names, numbers and
    positions to a finding, never a value of the request.
    """

    about: RuleText
    axis: Axis
    size: int
    composed: int
    usual: int = 0
    codes: frozenset[int] = SIGNATURE_REFUSED
    alike: frozenset[str] = frozenset()
    facts: Callable[[Match, ParsedRequest], Facts] = _no_facts

    @property
    def name(self) -> str:
        return self.about.rule


class PairsRule(Departure, frozen=True, kw_only=True):
    """Time, order or encoding: other pairs, joined as they should be.

    `narrow` serves compositions; `measure` tells the size for one candidate where that is often far below `size`.
    `plain` gives the texts of all candidates, where there are thousands and to take each apart costs more than to
    sign it.
    """

    candidates: Callable[[Candidate, ParsedRequest], Iterator[Candidate]]
    plain: Callable[[Candidate, ParsedRequest], Iterator[bytes]] | None = None
    narrow: Callable[[Candidate, ParsedRequest], Iterator[Candidate]] | None = None
    measure: Callable[[Candidate], int] | None = None


class ScopeRule(Departure, frozen=True, kw_only=True):
    """Other octets than query and form were signed."""

    axis: Axis = Axis.SCOPE
    texts: Callable[[Candidate, ParsedRequest], Iterator[bytes]]
    narrow: Callable[[Candidate, ParsedRequest], Iterator[bytes]] | None = None


class KeyRule(Departure, frozen=True, kw_only=True):
    """Another HMAC key was used."""

    axis: Axis = Axis.KEY
    keys: Callable[[KeyMaterial], Iterator[bytes]]
    narrow: Callable[[KeyMaterial], Iterator[bytes]] | None = None


class Digest(NamedTuple):
    """Another digest: its length in octets, and how key and text become it."""

    length: int
    compute: Callable[[Keyed, bytes], bytes]


class Scheme(NamedTuple):
    """Another RSA or Ed25519 scheme: whether (public key, signature, text) fit together under it."""

    verify: Callable[[object, bytes, bytes], bool]


class DigestRule(Departure, frozen=True, kw_only=True):
    """Another digest function, other arguments, or a text that was transformed as a whole before.

    `other_hash`: none of its digests is made by SHA-256.
    """

    axis: Axis = Axis.DIGEST
    digests: tuple[Digest, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    other_hash: bool = False


class Lossy(NamedTuple):
    """An output that cannot be undone: what it makes of a digest, and what must come out.

    No digest comes out like that unless its first octet is one of `firsts` or its last one of `lasts`: most are
    seen not to fit without being written out.
    """

    make: Callable[[bytes], bytes]
    result: bytes
    firsts: frozenset[int] = frozenset()
    lasts: frozenset[int] = frozenset()


class OutputRule(Departure, frozen=True, kw_only=True):
    """The right digest, written in another form. `undo` yields the digests that the wire may stand for."""

    axis: Axis = Axis.OUTPUT
    undo: Callable[[bytes], Iterator[bytes]] | None = None
    lossy: Callable[[bytes], Iterator[Lossy]] | None = None
