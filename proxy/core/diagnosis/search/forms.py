"""What each departure of the text makes of one request, alone and composed.

A rule's forms are made once and kept: a composition tries them again under every key and digest, and as the first
link of a chain. Beside another reading of the clock not even the second link is applied again: its texts carry the
digits of the timestamp, and other digits are put in their place.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import batched, islice
from typing import Final, NamedTuple

from proxy.core.diagnosis.departures.base import Axis, Departure, PairsRule, ScopeRule
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.diagnosis.search.pace import Pace
from proxy.core.wire import pair_name, pair_value

_STAMP_DIGITS: Final = 13


class Pause(Enum):
    """What stands in a stream where the one who reads it should let others work."""

    PAUSE = "pause"


PAUSE: Final = Pause.PAUSE
ALL: Final = slice(None)


class Link(NamedTuple):
    """A rule in a combination, and which part of its forms is tried."""

    rule: Departure
    part: slice = ALL


type Chain = tuple[Link, ...]
"""Links in the order of the steps: time, order, encoding, scope, key, digest."""

type Batch = Sequence[bytes]
"""Texts that are tried at one go: a slice of work at most. One without texts only lets others work."""

type Form = Candidate | bytes
"""What a rule makes: other pairs, or the octets themselves."""

type TextRule = PairsRule | ScopeRule

type Stamps = list[tuple[bytes, Candidate]]
"""Digits in the place of the timestamp's, and the pairs with them."""


class Forms:
    """The forms of one request. `keep`: it is small enough for them to be kept."""

    def __init__(self, request: ParsedRequest, pace: Pace, *, keep: bool) -> None:
        self._request = request
        self._pace = pace
        self._keep = keep
        self._kept: dict[str, list[Form]] = {}
        self._texts: dict[str, list[bytes]] = {}
        self._seen: dict[Axis, set[Form]] = {}
        self._stamp = _lone_stamp(request.base)
        self._stamps: dict[str, Stamps] = {}
        self._carried: dict[tuple[str, str], bool] = {}

    def __repr__(self) -> str:
        return "Forms(...)"

    def alone(self, rule: Departure, *, wide: bool) -> Iterable[Batch]:
        """What may have been signed under one rule; the right text where it changes something else. `wide`: in every
        form, not only in those that are tried beside another departure."""
        base = self._request.base
        if not isinstance(rule, PairsRule | ScopeRule):
            return ((self._request.expected,),)
        if not wide or rule.narrow is None:
            return self._cut(self._texts[rule.name]) if self.keeps(rule) else self._record(rule)
        if isinstance(rule, PairsRule) and rule.plain is not None:
            return self._cut(filter(base.text.__ne__, rule.plain(base, self._request)))
        return self._chained(base, (rule,), wide=True)

    def composed(self, chain: Chain) -> Iterable[Batch]:
        """What may have been signed under several rules at once."""
        links = [link for link in chain if isinstance(link.rule, PairsRule | ScopeRule)]
        if not links:
            return ((self._request.expected,),)
        if not self._keep or len(links) > 2:
            rules = tuple(link.rule for link in links if isinstance(link.rule, PairsRule | ScopeRule))
            return self._chained(self._request.base, rules, wide=False)
        if len(links) == 1:
            return self._cut(self._texts[links[0].rule.name][links[0].part])
        return self._both(*links)

    def keeps(self, rule: Departure) -> bool:
        return rule.name in self._kept

    def size(self, rule: Departure) -> int:
        """How many forms of the rule are kept."""
        return len(self._kept[rule.name])

    def _record(self, rule: TextRule) -> Iterator[Batch]:
        """The texts of a rule, which are kept once all were made. What an earlier rule of the same step made as
        well is not kept: it would be composed with the same others."""
        texts: dict[Form, bytes] = {}
        if isinstance(rule, ScopeRule):
            texts.update((text, text) for text in self._scoped(rule, self._request.base, wide=False))
            yield from self._cut(texts.values())
        else:
            yield from self._batches(self._changed(rule, self._request.base, wide=False), texts)
        if self._keep:
            seen = self._seen.setdefault(rule.axis, set())
            new = {form: text for form, text in texts.items() if form not in seen}
            self._kept[rule.name], self._texts[rule.name] = list(new), list(new.values())
            seen.update(new)

    def _scoped(self, rule: ScopeRule, candidate: Candidate, *, wide: bool) -> Iterator[bytes]:
        """The texts of one rule; those that change nothing are left out."""
        apply = rule.texts if wide or rule.narrow is None else rule.narrow
        return filter(candidate.text.__ne__, apply(candidate, self._request))

    def _changed(self, rule: PairsRule, candidate: Candidate, *, wide: bool) -> Iterator[Candidate | Pause]:
        """The candidates of one rule, without those that change nothing; a pause where a slice is over."""
        change = rule.candidates if wide or rule.narrow is None else rule.narrow
        for other in change(candidate, self._request):
            self._pace.weigh_candidate()
            if other != candidate:
                yield other
            if self._pace.slice_is_over:
                yield PAUSE

    def _cut(self, texts: Iterable[bytes]) -> Iterator[Batch]:
        """Texts in batches of a slice."""
        return batched(texts, self._pace.slice)

    def _batches(self, candidates: Iterable[Candidate | Pause], texts: dict[Form, bytes]) -> Iterator[Batch]:
        """The texts of candidates in batches of a slice at most; a pause ends one. Each is noted in `texts`, and what
        is noted there is not made again."""
        batch: list[bytes] = []
        for candidate in candidates:
            if candidate is not PAUSE and candidate not in texts:
                texts[candidate] = text = candidate.text
                batch.append(text)
            if candidate is PAUSE or len(batch) == self._pace.slice:
                yield batch
                batch = []
        yield batch

    def _chained(self, candidate: Candidate, rules: tuple[TextRule, ...], *, wide: bool) -> Iterator[Batch]:
        """The texts of a chain, link by link; a rule of scope is the last."""
        rule, *rest = rules
        if isinstance(rule, ScopeRule):
            yield from self._cut(self._scoped(rule, candidate, wide=wide))
            return
        candidates = self._changed(rule, candidate, wide=wide)
        if not rest:
            yield from self._batches(candidates, {})
            return
        for other in candidates:
            yield from ((),) if other is PAUSE else self._chained(other, tuple(rest), wide=wide)

    def _both(self, first: Link, second: Link) -> Iterator[Batch]:
        """The texts of two rules whose forms are kept."""
        rule, part = second
        if first.rule.name not in self._stamps:
            self._stamps[first.rule.name] = self._stamps_of(first.rule)
        stamps = self._stamps[first.rule.name]
        if (first.rule.name, rule.name) not in self._carried:
            self._carried[first.rule.name, rule.name] = bool(stamps) and self._carries(rule, stamps)
        if self._carried[first.rule.name, rule.name]:
            yield from _restamped(self._texts[rule.name][part], self._stamp or b"", stamps[first.part])
            return
        forms = [form for form in self._kept[first.rule.name][first.part] if isinstance(form, Candidate)]
        if isinstance(rule, ScopeRule):
            yield from self._scoped_each(rule, forms, part)
        elif isinstance(rule, PairsRule):
            for form in forms:
                self._pace.weigh_candidate()
                yield from self._batches(self._changed(rule, form, wide=False), {})

    def _scoped_each(self, rule: ScopeRule, forms: list[Candidate], part: slice) -> Iterator[Batch]:
        """The texts that a rule of scope makes of each form: few of one, so many forms share a batch."""
        batch: dict[bytes, None] = {}
        for form in forms:
            self._pace.weigh_candidate()
            batch.update(dict.fromkeys(islice(self._scoped(rule, form, wide=False), part.start, part.stop)))
            if self._pace.slice_is_over or len(batch) >= self._pace.slice:
                yield list(batch)
                batch = {}
        yield list(batch)

    # -- other readings of the clock -----------------------------------------------------------------

    def _stamps_of(self, rule: Departure) -> Stamps:
        """What a rule puts in the place of the sent timestamp; nothing where it changes more than its digits."""
        if self._stamp is None or rule.axis is not Axis.TIME:
            return []
        before, _, after = self._request.base.text.partition(self._stamp)
        stamps: Stamps = []
        for form, text in zip(self._kept[rule.name], self._texts[rule.name], strict=True):
            digits = text[len(before) : len(text) - len(after)]
            if isinstance(form, bytes) or text != before + digits + after or not digits.isdigit():
                return []
            stamps.append((digits, form))
        return stamps

    def _carries(self, rule: Departure, stamps: Stamps) -> bool:
        """Whether the rule's texts differ by the digits alone, tried on the first and the last timestamp. What
        depends on the digits in between, such as zeros at their end, is then left out."""
        sent = self._stamp or b""
        plain = self._raw(rule, self._request.base)
        return all(
            self._raw(rule, form) == [text.replace(sent, stamp) for text in plain]
            for stamp, form in (stamps[0], stamps[-1])
        )

    def _raw(self, rule: Departure, candidate: Candidate) -> list[bytes]:
        """All texts of a rule, also those that change nothing."""
        if isinstance(rule, ScopeRule):
            return list((rule.narrow or rule.texts)(candidate, self._request))
        change = (rule.narrow or rule.candidates) if isinstance(rule, PairsRule) else None
        return [form.text for form in change(candidate, self._request)] if change else []


def _restamped(texts: list[bytes], sent: bytes, stamps: Stamps) -> Iterator[Batch]:
    """The texts with other timestamps. One without a timestamp was tried when its rule was tried alone."""
    for text in texts:
        pieces = text.split(sent)
        if len(pieces) > 1:
            yield [stamp.join(pieces) for stamp, _ in stamps]


def _lone_stamp(base: Candidate) -> bytes | None:
    """The digits of the timestamp, where they stand once in the text; None else."""
    stamp = next((pair_value(pair) for pair in base.pairs if pair_name(pair) == b"timestamp"), b"")
    alone = len(stamp) >= _STAMP_DIGITS and stamp.isdigit() and base.text.count(stamp) == 1
    return stamp if alone else None
