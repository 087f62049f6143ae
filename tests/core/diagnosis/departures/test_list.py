"""All departures together: names, stated sizes, and who may claim the same observation."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from proxy.core.diagnosis.departures.base import Departure, KeyMaterial, PairsRule, ScopeRule
from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.all_departures import DEPARTURES, KEYS
from proxy.core.diagnosis.search.search import PAIR_PRODUCT
from tests.core.diagnosis import planting
from tests.core.diagnosis.checks import alone, plants, right_requests

WIDE = {"scope-timestamp-taken-twice", "order-hash-map", "secret-mistyped", "scope-text-cut"}
PLANTED = sorted({m.rule for m in (*planting.MISTAKES, *planting.EXTRA)})


def test_names_are_unique_and_have_a_page() -> None:
    names = [rule.name for rule in DEPARTURES]
    assert len(set(names)) == len(names)
    assert all(rules.page(name) for name in names)


def test_alike_names_exist() -> None:
    known = set(rules.names())
    assert [name for rule in DEPARTURES for name in rule.alike if name not in known] == []


def test_every_pair_of_composed_searches_stays_within_the_bound() -> None:
    pairs = [(a, b) for a, b in combinations(DEPARTURES, 2) if a.axis is not b.axis]
    assert [(a.name, b.name) for a, b in pairs if a.composed * b.composed > PAIR_PRODUCT] == []


@pytest.mark.parametrize("rule", DEPARTURES, ids=lambda rule: rule.name)
def test_no_search_is_larger_than_stated(rule: Departure) -> None:
    for observation in [*right_requests(), *plants(rule.name, 1)]:
        parsed = ParsedRequest(observation)
        if isinstance(rule, PairsRule):
            wide: Iterator[object] = rule.candidates(parsed.base, parsed)
            narrow: Iterator[object] = (rule.narrow or rule.candidates)(parsed.base, parsed)
        elif isinstance(rule, ScopeRule):
            wide = rule.texts(parsed.base, parsed)
            narrow = (rule.narrow or rule.texts)(parsed.base, parsed)
        else:
            return
        assert sum(1 for _ in wide) <= rule.size
        if rule.composed:
            assert sum(1 for _ in narrow) <= rule.composed


@pytest.mark.parametrize("rule", KEYS, ids=lambda rule: rule.name)
def test_no_key_search_is_larger_than_stated(rule: Departure) -> None:
    material = KeyMaterial(b"s3cret" * 10, b"k" * 64, b"k" * 64, (b"x" * 64,))
    found = next(r for r in KEYS if r is rule)
    assert sum(1 for _ in found.keys(material)) <= rule.size
    if rule.composed:
        assert sum(1 for _ in (found.narrow or found.keys)(material)) <= rule.composed


@pytest.mark.parametrize("label", PLANTED)
def test_no_two_rules_prove_the_same_evidence_unless_listed(label: str) -> None:
    """Every rule alone against every planted mistake; the wide searches have tests of their own."""
    mistake = next(m for m in (*planting.MISTAKES, *planting.EXTRA) if m.rule == label)
    observation: Observation = planting.planted(mistake, 3).observation()
    proving = [rule for rule in DEPARTURES if rule.name not in WIDE and alone(rule, observation)]
    unlisted = [
        (a.name, b.name)
        for a, b in combinations(proving, 2)
        if b.name not in a.alike and a.name not in b.alike
    ]
    assert unlisted == []
    assert label in WIDE or label in {rule.name for rule in proving}
