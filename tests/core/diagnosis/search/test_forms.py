"""Forms are made once and composed without being made anew: nothing is lost or added by that."""

import random
from collections.abc import Callable, Iterable
from itertools import chain, combinations

import pytest

from proxy.core.diagnosis.departures.base import PairsRule, ScopeRule
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.all_departures import ENCODINGS, ORDERS, SCOPES, TIMES
from proxy.core.diagnosis.search.forms import Batch, Forms, Link
from proxy.core.diagnosis.search.pace import Limits, Pace
from tests.core.diagnosis import planting

RULES: tuple[PairsRule | ScopeRule, ...] = (*TIMES, *ORDERS, *ENCODINGS, *SCOPES)
LIVE = [rule for rule in RULES if rule.composed]
SHAPES = [
    planting.order,
    planting.small,
    planting.mixed,
    planting.special,
    planting.json_list,
    planting.c2c,
    planting.frame,
]
ZEROS_AT_THE_END = 0.01
"""Share of texts of which the digits of one timestamp in between make more than others do."""


def texts(batches: Iterable[Batch]) -> list[bytes]:
    return [*chain.from_iterable(batches)]


def forms_of(request: ParsedRequest, *, keep: bool) -> Forms:
    forms = Forms(request, Pace(1, Limits()), keep=keep)
    for rule in RULES:
        list(forms.alone(rule, wide=False))
    return forms


@pytest.mark.parametrize("shape", SHAPES)
def test_two_kept_rules_give_what_both_give_when_made_anew(
    shape: Callable[[random.Random], planting.Plan],
) -> None:
    request = ParsedRequest(shape(random.Random(11)).observation())
    kept, anew = forms_of(request, keep=True), forms_of(request, keep=False)
    alone = {request.expected, *(text for rule in RULES for text in texts(kept.alone(rule, wide=False)))}
    quick: set[bytes] = set()
    right: set[bytes] = set()
    for a, b in combinations(LIVE, 2):
        if a.axis is not b.axis:
            links = (Link(a), Link(b))
            quick.update(texts(kept.composed(links)))
            right.update(texts(anew.composed(links)))
    assert quick - right <= alone
    assert len(right - quick - alone) <= ZEROS_AT_THE_END * len(right)
    assert len(right) > 1000


def test_parts_of_a_rule_are_all_of_it() -> None:
    request = ParsedRequest(planting.order(random.Random(3)).observation())
    forms = forms_of(request, keep=True)
    for a, b in combinations(LIVE, 2):
        if a.axis is b.axis:
            continue
        whole = {*texts(forms.composed((Link(a), Link(b))))}
        halves = [(one, other) for one in (slice(5), slice(5, None)) for other in (slice(3), slice(3, None))]
        parts = {
            text for one, other in halves for text in texts(forms.composed((Link(a, one), Link(b, other))))
        }
        assert parts == whole, (a.name, b.name)


def test_what_one_rule_made_is_not_composed_again_by_another_of_the_same_step() -> None:
    request = ParsedRequest(planting.small(random.Random(3)).observation())
    forms = forms_of(request, keep=True)
    orders = [text for rule in ORDERS for text in texts(forms.composed((Link(rule),)))]
    assert len(orders) == len(set(orders)) == 5  # of three pairs, without the sent one


def test_a_timestamp_that_stands_twice_is_not_replaced() -> None:
    """The copy of it is another parameter, which the clock does not change."""
    plan = planting.small(random.Random(3))
    plan.query.insert(0, ("newClientOrderId", dict(plan.query)["timestamp"]))
    request = ParsedRequest(plan.observation())
    links = (Link(TIMES[3]), Link(SCOPES[6]))
    kept = texts(forms_of(request, keep=True).composed(links))
    assert kept == texts(forms_of(request, keep=False).composed(links))
    assert kept


def test_printed_they_say_nothing() -> None:
    request = ParsedRequest(planting.small(random.Random(3)).observation())
    assert repr(forms_of(request, keep=True)) == "Forms(...)"


@pytest.mark.parametrize("rule", [rule for rule in RULES if isinstance(rule, PairsRule) and rule.plain])
def test_plain_texts_are_those_of_all_candidates(rule: PairsRule) -> None:
    for shape in (planting.small, planting.mixed):
        request = ParsedRequest(shape(random.Random(3)).observation())
        assert rule.plain
        plain = [*rule.plain(request.base, request)]
        assert plain == [candidate.text for candidate in rule.candidates(request.base, request)]
        assert plain
