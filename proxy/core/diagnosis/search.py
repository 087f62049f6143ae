"""The search: which combination of departures reproduces the signature on the wire?

Fewest departures first, then the smallest search. It is a generator that yields after each slice of work,
reads no clock, and counts what it tried. Where texts are made lazily, one in between says that a slice is over
although nothing was tried: `PAUSE`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, combinations
from operator import itemgetter
from typing import Final

from proxy.core.diagnosis.all_departures import DIGESTS, ENCODINGS, KEYS, ORDERS, OUTPUTS, SCOPES, TIMES
from proxy.core.diagnosis.departures.base import (
    Axis,
    Candidate,
    Departure,
    Digest,
    DigestRule,
    KeyMaterial,
    KeyRule,
    Lossy,
    Match,
    OutputRule,
    PairsRule,
    ScopeRule,
)
from proxy.core.diagnosis.departures.output_forms import from_hex
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.hmac_sha256 import HmacSha256

SLICE: Final = 128
"""Signatures between two yields: about half a millisecond."""

LONGEST_OUTPUT: Final = 2048
"""Octets: no output form of a digest is longer, nor one of an RSA signature of 4096 bits (its hex in hex)."""

CANDIDATE_COST: Final = 8
"""How many signatures one candidate weighs in a slice, tried or not: some rules rewrite each octet of it."""

SIZED_OCTETS: Final = 512
SIZED_PAIRS: Final = 32
"""A form costs what its text is long and what its pairs are many: one of this size counts once more."""

MOST_WEIGHT: Final = 16
"""Of heavier requests (about 8 KiB) only single departures are tried: no real one is so large."""

CHEAP: Final = 600
"""Most signatures of a rule in the first stage."""

PAIR_PRODUCT: Final = 50_000
"""Two departures are tried together up to this product of their search sizes."""

PAIR_COST: Final = 200
"""How many times its size a pair weighs against a single departure in the order of trying."""

TRIPLE_SIZE: Final = 2
"""Three departures are tried together if each has at most so many forms."""

_STEPS: Final = (Axis.TIME, Axis.ORDER, Axis.ENCODING, Axis.SCOPE, Axis.KEY, Axis.DIGEST)


class Pause(Enum):
    """What stands in a stream where the one who reads it should let others work."""

    PAUSE = "pause"


PAUSE: Final = Pause.PAUSE

type Rules = tuple[Departure, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one search, counted in signatures. A bound that was met is told in `Diagnosis.stopped_early`."""

    tried: int = 500_000


class Target:
    """What the signature on the wire may stand for, by output form."""

    def __init__(self, signatures: Iterable[bytes]) -> None:
        """Of several signatures each is tried: whatever is made hits if it is any of them."""
        signatures = tuple(dict.fromkeys(signatures))
        self.exact: dict[bytes, tuple[OutputRule, ...]] = {}
        self.lossy: list[tuple[Lossy, OutputRule]] = []
        for signature in signatures:
            self.exact.update(dict.fromkeys(from_hex(signature), ()))
        for signature in signatures:
            self._add_other_forms(signature)
        self.lengths = {len(octets) for octets in self.exact}

    def _add_other_forms(self, signature: bytes) -> None:
        for rule in OUTPUTS if len(signature) <= LONGEST_OUTPUT else ():
            for octets in rule.undo(signature) if rule.undo else ():
                self.exact.setdefault(octets, (rule,))
            self.lossy += [(form, rule) for form in (rule.lossy(signature) if rule.lossy else ())]

    def __bool__(self) -> bool:
        return bool(self.exact or self.lossy)

    def wants(self, digest: Digest) -> bool:
        """Whether a digest of this length can be what travelled."""
        return digest.length in self.lengths or bool(self.lossy)

    @property
    def wants_sha256(self) -> bool:
        return 32 in self.lengths or bool(self.lossy)

    def hit(self, octets: bytes) -> tuple[OutputRule, ...] | None:
        """Whether these octets travelled: no rule if in the right form, one if in another; None if they did not."""
        found = self.exact.get(octets)
        if found is None and self.lossy:
            found = next(((rule,) for form, rule in self.lossy if form.make(octets) == form.result), None)
        return found


@dataclass(frozen=True, slots=True)
class _Keyed:
    """An HMAC key, and what it makes of a text."""

    key: bytes = field(repr=False)
    digest: Callable[[bytes], bytes] = field(repr=False)


def _keyed(key: bytes) -> _Keyed:
    return _Keyed(key, HmacSha256(key).digest)


class HmacSearch:
    """One search with one secret. `matches` holds what was found."""

    def __init__(self, request: ParsedRequest, secret: bytes, signature: bytes, limits: Limits) -> None:
        others = tuple(other for other in request.all_secrets if other != secret)
        self.request = request
        self.material = KeyMaterial(
            secret, request.known_api_key, request.sent_key, others, request.private_key_text
        )
        self.target = Target((signature, *(sent.text for sent in request.signatures)))
        self.limits = limits
        self.tried = 0
        self.stopped = False
        self.matches: list[Match] = []
        self._weight = 1 + len(request.expected) // SIZED_OCTETS + len(request.base.pairs) // SIZED_PAIRS
        self._slice = max(1, SLICE // self._weight)
        self._most = limits.tried // self._weight
        self._due = self._slice
        self._base = _keyed(secret)
        self._keys: dict[str, list[_Keyed]] = {}
        self._sizes: dict[str, int] = {}

    def __repr__(self) -> str:
        return "HmacSearch(...)"

    @property
    def texts(self) -> Rules:
        return (*SCOPES, *ENCODINGS, *ORDERS, *TIMES)

    def verifies(self, text: bytes) -> bool:
        """Whether the signature is right for the text, in the form that Binance takes: 64 hex digits."""
        self.tried += 1
        return self.target.exact.get(self._base.digest(text), None) == ()

    # -- stages --------------------------------------------------------------------------------------

    def first(self) -> Generator[None]:
        """The signature in another form, then every departure alone, of the wide ones the narrow search."""
        if not self.target:
            return
        yield from self._try(())
        for rule in (*self.texts, *KEYS, *DIGESTS):
            if 0 < rule.composed <= CHEAP and (not self.matches or self._alike(rule)):
                yield from self._try((rule,), wide=rule.size <= CHEAP)

    def second(self) -> Generator[None]:
        """The wide searches, and two or three departures at once. Ends with the first match."""
        if not self.target or self.matches:
            return
        if self._weight > MOST_WEIGHT:
            self.stopped = True
            return
        for rule in (*self.texts, *KEYS, *DIGESTS):
            self._sizes[rule.name] = yield from self._count(rule)
            yield
        plan = yield from self._plan()
        for rules in chain(plan, self._triples()):
            yield from self._try(rules, wide=len(rules) == 1)
            if self.matches or self.stopped:
                return

    def prove(self, rule: Departure) -> bool:
        """Whether this one departure alone reproduces the signature."""
        self.matches.clear()
        for _ in self._try(() if isinstance(rule, OutputRule) else (rule,)):
            pass
        return any(rule in match.rules for match in self.matches)

    def _alike(self, rule: Departure) -> bool:
        found = self.matches[0].rules
        return any(rule.name in other.alike or other.name in rule.alike for other in found)

    # -- the plan ------------------------------------------------------------------------------------

    def _plan(self) -> Generator[None, None, list[Rules]]:
        """Wide single departures and pairs, the cheapest first."""
        costed = [*self._wide(), *(yield from self._pairs())]
        yield
        costed.sort(key=itemgetter(0))
        yield
        return [rules for _, rules in costed]

    def _wide(self) -> Iterator[tuple[int, Rules]]:
        """Wide single departures, each with its cost."""
        for rule in (*self.texts, *KEYS):
            if rule.size > CHEAP:
                measured = (
                    rule.measure(self.request.base) if isinstance(rule, PairsRule) and rule.measure else None
                )
                yield measured or rule.size, (rule,)

    def _pairs(self) -> Generator[None, None, list[tuple[int, Rules]]]:
        """Two departures at once, with their cost, which is more than their size: they are rarer."""
        live = self._live(PAIR_PRODUCT)
        costed = []
        for number, a in enumerate(live):
            for b in live[number + 1 :]:
                product = self._sizes[a.name] * self._sizes[b.name]
                if product <= PAIR_PRODUCT and a.axis is not b.axis:
                    costed.append((product * PAIR_COST, _in_order((a, b))))
            yield
        return costed

    def _triples(self) -> Iterator[Rules]:
        """Three departures at once, of the rules with hardly anything to search."""
        for rules in combinations(self._live(TRIPLE_SIZE), 3):
            if len({rule.axis for rule in rules}) == 3:
                yield _in_order(rules)

    def _live(self, most: int) -> list[Departure]:
        """The rules that change something here, in at most so many forms."""
        return [rule for rule in (*self.texts, *KEYS, *DIGESTS) if 0 < self._sizes[rule.name] <= most]

    def _count(self, rule: Departure) -> Generator[None, None, int]:
        """How many forms a rule has here when composed; those that change nothing don't count."""
        if not rule.composed:
            return 0
        if isinstance(rule, KeyRule):
            return sum(1 for _ in self._keys_of(rule, wide=False))
        if isinstance(rule, DigestRule):
            return sum(self.target.wants(digest) for digest in rule.digests)
        count = 0
        for text in self._texts(self.request.base, (rule,), wide=False):
            if text is not PAUSE:
                count += 1
                self._due -= 1
            if self.tried >= self._due:
                yield from self._end_slice()
        return count

    # -- the work ------------------------------------------------------------------------------------

    def _try(self, rules: Rules, *, wide: bool = True) -> Generator[None]:
        """Try one combination, all of its forms; stop at its first match."""
        texts, keys = self._all_texts(rules, wide=wide), self._all_keys(rules, wide=wide)
        digest = next((rule for rule in rules if isinstance(rule, DigestRule)), None)
        if digest is not None:
            yield from self._scan_digests(rules, texts, keys, digest)
        elif self.target.wants_sha256:
            yield from self._scan(rules, texts, keys)

    def _scan(self, rules: Rules, texts: Iterable[bytes | Pause], keys: Iterable[_Keyed]) -> Generator[None]:
        """The usual digest, HMAC-SHA256: nearly all of the time is spent in this loop."""
        exact, lossy = self.target.exact, bool(self.target.lossy)
        for text in texts:
            if text is PAUSE:
                yield from self._end_slice()
                continue
            for key in keys:
                digest = key.digest(text)
                self.tried += 1
                if digest in exact or (lossy and self.target.hit(digest) is not None):
                    self.matches.append(Match((*rules, *(self.target.hit(digest) or ())), text, key.key))
                    return
                if self.tried >= self._due:
                    yield from self._end_slice()
                    if self.stopped:
                        return

    def _scan_digests(
        self, rules: Rules, texts: Iterable[bytes | Pause], keys: Iterable[_Keyed], rule: DigestRule
    ) -> Generator[None]:
        """The digests of a rule, as far as their length can be what travelled."""
        computes = [digest.compute for digest in rule.digests if self.target.wants(digest)]
        for text in texts if computes else ():
            if text is PAUSE:
                yield from self._end_slice()
                continue
            for key in keys:
                for compute in computes:
                    self.tried += 1
                    found = self.target.hit(compute(key.key, text))
                    if found is not None:
                        self.matches.append(Match((*rules, *found), text, key.key))
                        return
                if self.tried >= self._due:
                    yield from self._end_slice()
            if self.stopped:
                return

    def _end_slice(self) -> Generator[None]:
        """Let the caller go on with something else; note when the bound was met."""
        self._due = self.tried + self._slice
        yield
        self.stopped = self.tried >= self._most

    def _all_texts(self, rules: Rules, *, wide: bool) -> Iterable[bytes | Pause]:
        """What may have been signed: the right text where no rule of the combination changes it."""
        chain_of = tuple(rule for rule in rules if isinstance(rule, PairsRule | ScopeRule))
        return self._texts(self.request.base, chain_of, wide=wide) if chain_of else (self.request.expected,)

    def _texts(self, candidate: Candidate, rules: Rules, *, wide: bool) -> Iterator[bytes | Pause]:
        """The texts of a chain of departures; links that change nothing are left out."""
        rule, rest = rules[0], rules[1:]
        if isinstance(rule, ScopeRule):
            same = candidate.text
            apply = rule.texts if wide or rule.narrow is None else rule.narrow
            yield from (text for text in apply(candidate, self.request) if text != same)
        elif isinstance(rule, PairsRule):  # pragma: no branch  # no other kind makes texts
            change = rule.candidates if wide or rule.narrow is None else rule.narrow
            for other in change(candidate, self.request):
                self._due -= CANDIDATE_COST
                if other != candidate:
                    if rest:
                        yield from self._texts(other, rest, wide=wide)
                    else:
                        yield other.text
                if self.tried >= self._due:
                    yield PAUSE

    def _all_keys(self, rules: Rules, *, wide: bool) -> Iterable[_Keyed]:
        """What the key may have been: the secret at hand where no rule of the combination changes it."""
        rule = next((rule for rule in rules if isinstance(rule, KeyRule)), None)
        return [self._base] if rule is None else self._keys_of(rule, wide=wide)

    def _keys_of(self, rule: KeyRule, *, wide: bool) -> Iterable[_Keyed]:
        """Alone, keys are made as they are needed; composed, they are few and kept."""
        if wide and rule.size > CHEAP:
            return (_keyed(key) for key in rule.keys(self.material) if key != self.material.secret)
        if rule.name not in self._keys:
            apply = rule.narrow or rule.keys
            keys = dict.fromkeys(key for key in apply(self.material) if key != self.material.secret)
            self._keys[rule.name] = [_keyed(key) for key in keys]
        return self._keys[rule.name]


def _in_order(rules: Rules) -> Rules:
    """In the order of the steps: time, order, encoding, scope, key, digest."""
    return tuple(sorted(rules, key=lambda rule: _STEPS.index(rule.axis)))
