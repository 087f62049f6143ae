"""What a signature on the wire may stand for: digests in the right form and in wrong ones."""

from collections.abc import Container
from typing import Final

from proxy.core.diagnosis.departures.base import Digest, Lossy, OutputRule
from proxy.core.diagnosis.departures.output_forms import from_hex
from proxy.core.diagnosis.search.all_departures import OUTPUTS

LONGEST_OUTPUT: Final = 2048
"""Octets: no output form of a digest is longer, nor one of an RSA signature of 4096 bits (its hex in hex)."""

_SHA256_OCTETS: Final = 32


class Target:
    """What the signature on the wire may stand for, by output form."""

    def __init__(self, *signatures: bytes) -> None:
        """Of several signatures each is tried: whatever is made hits if it is any of them."""
        self.exact: dict[bytes, tuple[OutputRule, ...]] = {}
        self.lossy: list[tuple[Lossy, OutputRule]] = []
        for signature in signatures:
            self.exact.update(dict.fromkeys(from_hex(signature), ()))
        for signature in signatures:
            self._add_other_forms(signature)
        self.lengths = {len(octets) for octets in self.exact}
        self._firsts = frozenset(octet for form, _ in self.lossy for octet in form.firsts)
        self._lasts = frozenset(octet for form, _ in self.lossy for octet in form.lasts)

    def _add_other_forms(self, signature: bytes) -> None:
        for rule in OUTPUTS if len(signature) <= LONGEST_OUTPUT else ():
            for octets in rule.undo(signature) if rule.undo else ():
                self.exact.setdefault(octets, (rule,))
            self.lossy += [(form, rule) for form in (rule.lossy(signature) if rule.lossy else ())]

    def __bool__(self) -> bool:
        return bool(self.exact or self.lossy)

    @property
    def wanted(self) -> Container[bytes]:
        """The digests that may be what travelled: looked up where each can be told, else tried as `hit` does."""
        return self if self.lossy else self.exact.keys()

    def __contains__(self, octets: object) -> bool:
        return isinstance(octets, bytes) and self.hit(octets) is not None

    def wants(self, digest: Digest) -> bool:
        """Whether a digest of this length can be what travelled."""
        return digest.length in self.lengths or bool(self.lossy)

    @property
    def wants_sha256(self) -> bool:
        return _SHA256_OCTETS in self.lengths or bool(self.lossy)

    @property
    def of_other_digest(self) -> bool:
        """Whether it is as long as another digest than SHA-256 makes it, and as that one is not."""
        return bool(self.lengths) and _SHA256_OCTETS not in self.lengths

    def hit(self, octets: bytes) -> tuple[OutputRule, ...] | None:
        """Whether these octets travelled: no rule if in the right form, one if in another; None if they did not."""
        found = self.exact.get(octets)
        if found is None and (octets[0] in self._firsts or octets[-1] in self._lasts):
            found = next(((rule,) for form, rule in self.lossy if form.make(octets) == form.result), None)
        return found
