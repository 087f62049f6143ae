"""The search for RSA and Ed25519 signatures: nothing can be recomputed, but the public half verifies.

A verification costs some fifty times an HMAC, so only the texts of single departures and of narrow pairs are
tried, in the same written order.
"""

from collections.abc import Generator, Iterator
from itertools import combinations
from typing import Final

from proxy.core.diagnosis.departures.base import Match, OutputRule, PairsRule, Scheme, ScopeRule
from proxy.core.diagnosis.departures.output_forms import from_base64, from_hex
from proxy.core.diagnosis.departures.schemes import right
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.all_departures import DIGESTS, ENCODINGS, ORDERS, OUTPUTS, SCOPES, TIMES
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.diagnosis.search.forms import PAUSE, Pause
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.search.search import SIZED_OCTETS, SIZED_PAIRS, Rules
from proxy.core.diagnosis.search.target import LONGEST_OUTPUT
from proxy.core.signing.algorithms import PublicKey

SLICE: Final = 8
"""Verifications or texts between two yields: about a millisecond; of a heavy request fewer."""

MOST: Final = 4_000
_PAIR_PRODUCT: Final = 60


class PublicSearch:
    """One search with one public key. `matches` holds what was found."""

    def __init__(self, request: ParsedRequest, public: PublicKey, signature: bytes, limits: Limits) -> None:
        self.request = request
        self.tried = 0
        self.stopped = False
        self.matches: list[Match] = []
        self._public = public.public
        every = dict.fromkeys((signature, *(sent.text for sent in request.signatures)))
        self._signatures = [text for text in every if len(text) <= LONGEST_OUTPUT]
        self._forms = [form for signature in self._signatures for form in self._octets(signature)]
        weight = 1 + len(request.expected) // SIZED_OCTETS + len(request.base.pairs) // SIZED_PAIRS
        self._slice = max(1, SLICE // weight)
        self._steps = 0
        self._most = min(MOST, limits.tried)

    def _octets(self, signature: bytes) -> list[tuple[bytes, OutputRule | None]]:
        """The signature as octets: as Binance reads it, and as other output forms would have it."""
        forms: list[tuple[bytes, OutputRule | None]] = [(octets, None) for octets in from_base64(signature)]
        for rule in OUTPUTS:
            if rule.name != "alg-base64-output":  # base64 is the right form here
                forms += [(octets, rule) for octets in (rule.undo(signature) if rule.undo else ())]
        forms += [(octets, None) for octets in from_hex(signature)]
        lengths = {32, 64, *range(256, 513)}
        return [(octets, rule) for octets, rule in dict.fromkeys(forms) if len(octets) in lengths]

    def bound(self, most: int) -> None:
        """End after so many verifications more, if there is no nearer bound."""
        self._most = min(self._most, self.tried + most)

    def verifies(self, text: bytes) -> bool:
        """Whether the signature is right for the text, in the form that Binance takes: base64."""
        forms = (octets for signature in self._signatures for octets in from_base64(signature))
        return any(self._fits(octets, text, None) for octets in forms)

    def _fits(self, octets: bytes, text: bytes, scheme: Scheme | None) -> bool:
        self.tried += 1
        return (scheme.verify if scheme else right)(self._public, octets, text)

    def first(self) -> Generator[None]:
        if not self._forms:  # nothing that a key of this type makes, in any form
            return
        yield from self._try((), (self.request.expected,))
        for digest in DIGESTS:
            for scheme in digest.schemes:
                yield from self._try((digest,), (self.request.expected,), scheme)
        for rule in (*SCOPES, *ENCODINGS, *ORDERS, *TIMES):
            if rule.composed and rule.composed <= 60:
                yield from self._try((rule,), self._texts(self.request.base, (rule,)))

    def second(self) -> Generator[None]:
        if not self._forms:
            return
        rules = (*TIMES, *ORDERS, *ENCODINGS, *SCOPES)
        for rule in sorted(rules, key=lambda rule: rule.composed):
            if rule.composed > 60:
                yield from self._try((rule,), self._texts(self.request.base, (rule,)))
        for a, b in combinations(rules, 2):
            if a.axis is not b.axis and a.composed * b.composed in range(1, _PAIR_PRODUCT + 1):
                yield from self._try((a, b), self._texts(self.request.base, (a, b)))
                if self._slice_is_over():
                    yield

    def _try(
        self,
        rules: Rules,
        texts: Iterator[bytes | Pause] | tuple[bytes, ...],
        scheme: Scheme | None = None,
    ) -> Generator[None]:
        if self.matches or self.stopped:
            return
        for text in texts:
            if text is PAUSE:
                yield
                continue
            for octets, output in self._forms:
                if self._fits(octets, text, scheme):
                    self.matches.append(Match((*rules, output) if output else rules, text))
                    return
                if self._slice_is_over():
                    yield
            if self.tried >= self._most:
                self.stopped = True
                return

    def _slice_is_over(self) -> bool:
        self._steps += 1
        return self._steps % self._slice == 0

    def _texts(self, candidate: Candidate, rules: Rules) -> Iterator[bytes | Pause]:
        """The texts of a chain of departures."""
        rule, rest = rules[0], rules[1:]
        if isinstance(rule, ScopeRule):
            texts = (rule.narrow or rule.texts)(candidate, self.request)
            yield from (text for text in texts if text != candidate.text)
        elif isinstance(rule, PairsRule):  # pragma: no branch  # no other kind makes texts
            for other in (rule.narrow or rule.candidates)(candidate, self.request):
                if other != candidate:
                    yield from self._texts(other, rest) if rest else iter((other.text,))
                if self._slice_is_over():
                    yield PAUSE
