"""The search: which combination of departures reproduces the signature on the wire?

The likeliest first: one departure alone, then two in their usual forms, few forms before many. It is a generator that
yields after each slice of work, reads no clock, and counts what it tried.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from heapq import merge
from itertools import batched, chain, combinations, groupby, product
from operator import itemgetter
from typing import Final, NamedTuple

from proxy.core.diagnosis.departures.base import (
    Departure,
    DigestRule,
    Keyed,
    KeyMaterial,
    KeyRule,
    Match,
    OutputRule,
    PairsRule,
)
from proxy.core.diagnosis.departures.macs import Compute
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.all_departures import DIGESTS, ENCODINGS, KEYS, ORDERS, SCOPES, TIMES
from proxy.core.diagnosis.search.forms import Batch, Chain, Forms, Link
from proxy.core.diagnosis.search.pace import Limits, Pace
from proxy.core.diagnosis.search.target import Target
from proxy.core.hmacs import first_key, hmac_once

SIZED_OCTETS: Final = 512
SIZED_PAIRS: Final = 32
"""A form costs what its text is long and what its pairs are many: one of this size counts once more."""

MOST_WEIGHT: Final = 16
"""Of heavier requests (about 8 KiB) only single departures are tried: no real one is so large."""

KEPT_WEIGHT: Final = 4
"""Of heavier requests (about 2 KiB) the forms are made anew for every combination: they would take megabytes."""

CHEAP: Final = 600
"""Most signatures of a rule in the first stage."""

PAIR_PRODUCT: Final = 50_000
"""Two departures are tried together up to this product of their search sizes."""

PAIR_COST: Final = 200
"""How many times its size a pair weighs against a single departure in the order of trying."""

UNUSUAL: Final = 20
"""How many times rarer a form is that is not among a rule's usual ones."""

WIDEST: Final = 5_000
"""No wide single departure of usual size weighs much more: so it waits for pairs of up to 25 forms only."""

HUGE: Final = 9_000
"""The order of eight pairs, 40,320, is larger than all other wide departures together, and rare: it waits for pairs
of up to 45 forms; by its size it would wait for those of up to 200. So does whatever is more than twice this size."""

TRIPLE_SIZE: Final = 2
"""Three departures are tried together if each has at most so many forms."""

type Rules = tuple[Departure, ...]

type Costed = tuple[float, Chain]
"""What a combination weighs in the order of trying."""


class Part(NamedTuple):
    """Some of a rule's forms: what they weigh, and how many they are."""

    cost: float
    link: Link
    size: int


_COST: Final = itemgetter(0)


class HmacSearch:
    """One search with one secret. `matches` holds what was found."""

    def __init__(self, request: ParsedRequest, secret: bytes, signature: bytes, limits: Limits) -> None:
        others = tuple(other for other in request.all_secrets if other != secret)
        self.request = request
        self.material = KeyMaterial(
            secret, request.known_api_key, request.sent_key, others, request.private_key_text
        )
        self.target = Target(*dict.fromkeys((signature, *(sent.text for sent in request.signatures))))
        self.stopped = False
        self.matches: list[Match] = []
        self._weight = 1 + len(request.expected) // SIZED_OCTETS + len(request.base.pairs) // SIZED_PAIRS
        self._pace = Pace(self._weight, limits)
        self._forms = Forms(request, self._pace, keep=self._weight <= KEPT_WEIGHT)
        self._base = Keyed(secret)
        self._own = [self._base]
        self._keys: dict[str, list[Keyed]] = {}
        self._digests: dict[str, list[Compute]] = {}
        self._sizes: dict[str, int] = {}

    def __repr__(self) -> str:
        return "HmacSearch(...)"

    @property
    def tried(self) -> int:
        return self._pace.tried

    def bound(self, most: int) -> None:
        """End after so many signatures more, if there is no nearer bound."""
        self._pace.most = min(self._pace.most, self._pace.tried + most)

    def verifies(self, text: bytes) -> bool:
        """Whether the signature is right for the text, in the form that Binance takes: 64 hex digits."""
        self._pace.tried += 1
        return self.target.exact.get(self._base.digest(text), None) == ()

    # -- stages --------------------------------------------------------------------------------------

    def first(self) -> Generator[None]:
        """The signature in another form, then every departure alone, of the wide ones the narrow search."""
        if not self.target:
            return
        yield from self._right_text()
        for rule in (*_TEXTS, *KEYS, *DIGESTS):
            if 0 < rule.composed <= CHEAP and (not self.matches or self._alike(rule)):
                yield from self._alone(rule, wide=rule.size <= CHEAP)

    def second(self) -> Generator[None]:
        """The wide searches, and two or three departures at once. Ends with the first match."""
        if not self.target or self.matches:
            return
        if self._weight > MOST_WEIGHT:
            self.stopped = True
            return
        for rule in _STEPS:
            self._sizes[rule.name] = yield from self._count(rule)
            yield
        for links in chain(self._plan(), self._triples()):
            yield from self._alone(links[0].rule, wide=True) if len(links) == 1 else self._together(links)
            if self.matches or self.stopped:
                return

    def prove(self, rule: Departure) -> bool:
        """Whether this one departure alone reproduces the signature."""
        self.matches.clear()
        for _ in self._right_text() if isinstance(rule, OutputRule) else self._alone(rule, wide=True):
            pass
        return any(rule in match.rules for match in self.matches)

    def _alike(self, rule: Departure) -> bool:
        found = self.matches[0].rules
        return any(rule.name in other.alike or other.name in rule.alike for other in found)

    # -- the plan ------------------------------------------------------------------------------------

    def _plan(self) -> Iterator[Chain]:
        """Wide single departures and pairs, the cheapest first. Few searches need all of them: they are merged as
        they are asked for."""
        wide = sorted(self._wide(), key=_COST)
        return (links for _, links in merge(wide, *self._pairs(), key=_COST))

    def _wide(self) -> Iterator[Costed]:
        """Wide single departures, each with its cost."""
        for rule in (*_TEXTS, *KEYS):
            if rule.size > CHEAP:
                measured = (
                    rule.measure(self.request.base) if isinstance(rule, PairsRule) and rule.measure else None
                )
                size = measured or rule.size
                yield HUGE if size > 2 * HUGE else min(size, WIDEST + size / PAIR_PRODUCT), (Link(rule),)

    def _pairs(self) -> list[Iterator[Costed]]:
        """Two departures at once, with their cost, which is more than their size: they are rarer. For each part of a
        rule those with parts of later steps, the cheapest first."""
        parts = [part for rule in self._live(PAIR_PRODUCT) for part in self._parts(rule)]
        later: list[Part] = []
        streams: list[Iterator[Costed]] = []
        for _, step in groupby(reversed(parts), key=lambda part: part.link.rule.axis):
            same = list(step)
            streams += [_paired(part, later) for part in same]
            later = sorted([*reversed(same), *later], key=_COST)
        return streams[::-1]

    def _parts(self, rule: Departure) -> Iterator[Part]:
        """A rule's forms in parts, which weigh more where they are rare."""
        size, usual = self._sizes[rule.name], rule.usual
        share = self._share(rule) if isinstance(rule, DigestRule) else 1
        if not 0 < usual < size or self._weight > KEPT_WEIGHT:
            yield Part(size * share, Link(rule), size)
            return
        yield Part(usual * share, Link(rule, slice(usual)), usual)
        rest = size - usual
        yield Part(rest * share * UNUSUAL, Link(rule, slice(usual, None)), rest)

    def _share(self, rule: DigestRule) -> float:
        """A signature as long as another hash makes it speaks for that hash; one as long as SHA-256 makes it, against
        all hashes but SHA-256."""
        if self.target.of_other_digest:
            return 1 / PAIR_COST
        return UNUSUAL if rule.other_hash and not self.target.lossy else 1

    def _triples(self) -> Iterator[Chain]:
        """Three departures at once, of the rules with hardly anything to search."""
        for rules in combinations(self._live(TRIPLE_SIZE), 3):
            if len({rule.axis for rule in rules}) == 3:
                yield tuple(map(Link, rules))

    def _live(self, most: int) -> list[Departure]:
        """The rules that change something here, in at most so many forms, in the order of the steps."""
        return [rule for rule in _STEPS if 0 < self._sizes[rule.name] <= most]

    def _count(self, rule: Departure) -> Generator[None, None, int]:
        """How many forms a rule has here when composed; those that change nothing don't count."""
        if not rule.composed:
            return 0
        if isinstance(rule, KeyRule):
            return len(self._kept_keys(rule))
        if isinstance(rule, DigestRule):
            return len(self._computes(rule))
        count = 0
        for batch in () if self._forms.keeps(rule) else self._forms.alone(rule, wide=False):
            count += len(batch)
            self._pace.due -= len(batch)
            if self._pace.slice_is_over:
                yield from self._end_slice()
        return self._forms.size(rule) if self._forms.keeps(rule) else count

    # -- the work ------------------------------------------------------------------------------------

    def _right_text(self) -> Generator[None]:
        """Try the right text under the right key: the output may be what is wrong."""
        yield from self._scan((), ((self.request.expected,),), (self._base,))

    def _alone(self, rule: Departure, *, wide: bool) -> Generator[None]:
        """Try one departure; stop at its first match."""
        texts = self._forms.alone(rule, wide=wide)
        if isinstance(rule, DigestRule):
            yield from self._scan_digests((rule,), texts, (self._base,), self._computes(rule))
        elif not self.target.wants_sha256:
            return
        elif isinstance(rule, KeyRule) and wide and rule.size > CHEAP:
            yield from self._scan_keys(rule)
        else:
            keys = self._kept_keys(rule) if isinstance(rule, KeyRule) else (self._base,)
            yield from self._scan((rule,), texts, keys)

    def _together(self, links: Chain) -> Generator[None]:
        """Try one combination; stop at its first match."""
        rules = tuple([link.rule for link in links])
        texts, (last, part) = self._forms.composed(links), links[-1]
        keys: Sequence[Keyed] = self._own
        for rule, forms in links[-2:]:  # none comes later but a digest
            if isinstance(rule, KeyRule):
                keys = self._keys[rule.name][forms]
        if isinstance(last, DigestRule):
            yield from self._scan_digests(rules, texts, keys, self._computes(last)[part])
        elif self.target.wants_sha256:
            yield from self._scan(rules, texts, keys)

    def _scan(self, rules: Rules, texts: Iterable[Batch], keys: Sequence[Keyed]) -> Generator[None]:
        """The usual digest, HMAC-SHA256: nearly all of the time is spent here."""
        pace, wanted = self._pace, self.target.wanted
        for batch in texts:
            for key in keys:
                text = key.first(batch, wanted)
                if text is not None:
                    pace.tried += batch.index(text) + 1
                    self._note(rules, text, key.key, key.digest(text))
                    return
                pace.tried += len(batch)
                if pace.tried >= pace.due:
                    yield from self._end_slice()
                    if self.stopped:
                        return

    def _scan_keys(self, rule: KeyRule) -> Generator[None]:
        """Thousands of keys, none of which is used again."""
        text, pace = self.request.expected, self._pace
        for batch in batched(filter(self.material.secret.__ne__, rule.keys(self.material)), pace.slice):
            key = first_key(batch, text, self.target.wanted)
            if key is not None:
                pace.tried += batch.index(key) + 1
                self._note((rule,), text, key, hmac_once(key, text))
                return
            pace.tried += len(batch)
            if pace.tried >= pace.due:
                yield from self._end_slice()
                if self.stopped:
                    return

    def _scan_digests(
        self, rules: Rules, texts: Iterable[Batch], keys: Sequence[Keyed], computes: Sequence[Compute]
    ) -> Generator[None]:
        """Other digests than the usual one."""
        pace, wanted, count = self._pace, self.target.wanted, len(computes)
        for batch in texts if computes else ():
            for text, key in product(batch, keys):
                for compute in computes:
                    digest = compute(key, text)
                    if digest in wanted:
                        pace.tried += computes.index(compute) + 1
                        self._note(rules, text, key.key, digest)
                        return
                pace.tried += count
                if pace.tried >= pace.due:
                    yield from self._end_slice()
                    if self.stopped:
                        return
            if pace.tried >= pace.due:
                yield from self._end_slice()

    def _note(self, rules: Rules, text: bytes, key: bytes, digest: bytes) -> None:
        """A match: what was recomputed is what travelled, perhaps in another form."""
        self.matches.append(Match((*rules, *(self.target.hit(digest) or ())), text, key))

    def _end_slice(self) -> Generator[None]:
        """Let the caller go on with something else; note when the bound was met."""
        self._pace.begin_slice()
        yield
        self.stopped = self._pace.ended

    def _computes(self, rule: DigestRule) -> list[Compute]:
        """The digests of a rule whose length can be what travelled."""
        if rule.name not in self._digests:
            wanted = [digest.compute for digest in rule.digests if self.target.wants(digest)]
            self._digests[rule.name] = wanted
        return self._digests[rule.name]

    def _kept_keys(self, rule: KeyRule) -> list[Keyed]:
        """The keys of the narrow search."""
        if rule.name not in self._keys:
            apply = rule.narrow or rule.keys
            others = dict.fromkeys(key for key in apply(self.material) if key != self.material.secret)
            self._keys[rule.name] = [Keyed(key) for key in others]
        return self._keys[rule.name]


def _paired(part: Part, others: list[Part]) -> Iterator[Costed]:
    """A part with each of the others, in their order, that together have few enough forms."""
    cost, link, size = part
    most, weight = PAIR_PRODUCT // size, cost * PAIR_COST
    return ((weight * other.cost, (link, other.link)) for other in others if other.size <= most)


_TEXTS: Final = (*SCOPES, *ENCODINGS, *ORDERS, *TIMES)
"""In the order in which equals are named."""

_STEPS: Final = (*TIMES, *ORDERS, *ENCODINGS, *SCOPES, *KEYS, *DIGESTS)
"""In the order in which they are taken: so one combination is a chain."""
