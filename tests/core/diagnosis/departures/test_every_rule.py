"""Every departure: proven when planted by an independent signer, silent on what only resembles it."""

from functools import cache
from pathlib import Path

import pytest

from proxy.core.diagnosis.departures.base import Departure
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.search.all_departures import DEPARTURES
from tests.core.diagnosis.checks import alone, near_misses, plants, right_requests

OWN_TESTS = {
    "alg-rsa-other-hash": "digest/test_rsa_hash.py",  # the planting signer knows HMAC alone
    "alg-rsa-pss": "digest/test_rsa_pss.py",
    "alg-rsa-base64-not-encoded": "output/test_plus_as_blank.py",
    "alg-signature-encoded-twice": "output/test_encoded_twice.py",
    "secret-is-private-key": "key/test_private_key.py",  # it has no pair of keys
    "secret-of-other-account": "key/test_other_account.py",  # it knows one account alone
}
"""Departures that the independent signer cannot plant, and the file that tests each instead."""

by_name = pytest.mark.parametrize("rule", DEPARTURES, ids=lambda rule: rule.name)


@cache
def right() -> list[Observation]:
    return right_requests()


@pytest.mark.parametrize(
    "rule", [rule for rule in DEPARTURES if rule.name not in OWN_TESTS], ids=lambda rule: rule.name
)
def test_a_planted_mistake_is_proven(rule: Departure) -> None:
    observation = plants(rule.name)
    assert observation, "plant the mistake in planting.py, or name the file that tests it in OWN_TESTS"
    assert all(alone(rule, one) for one in observation)


@by_name
def test_a_right_signature_is_not_accused(rule: Departure) -> None:
    assert not any(alone(rule, one) for one in right())


@by_name
def test_other_mistakes_of_the_axis_are_not_claimed(rule: Departure) -> None:
    assert [name for name, one in near_misses(rule) if alone(rule, one)] == []


@pytest.mark.parametrize(("name", "path"), OWN_TESTS.items())
def test_what_cannot_be_planted_has_a_test_of_its_own(name: str, path: str) -> None:
    assert name in {rule.name for rule in DEPARTURES}
    assert plants(name) == []
    assert (Path(__file__).parent / path).read_text("utf-8").startswith(f'"""{name}: ')
