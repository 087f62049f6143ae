"""scope-leading-question-mark: proven when planted by an independent signer, silent on what only resembles it."""

from proxy.core.diagnosis.departures.scope.leading_question_mark import RULE
from tests.core.diagnosis.checks import alone, near_misses, plants, right_requests


def test_a_planted_mistake_is_proven() -> None:
    evidence = plants("scope-leading-question-mark")
    assert evidence
    assert all(alone(RULE, one) for one in evidence)


def test_a_right_signature_is_not_accused() -> None:
    assert not any(alone(RULE, one) for one in right_requests())


def test_other_mistakes_of_the_axis_are_not_claimed() -> None:
    assert [name for name, one in near_misses(RULE) if alone(RULE, one)] == []
