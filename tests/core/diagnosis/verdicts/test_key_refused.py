"""The decision tree of key refused: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.key_refused import VERDICT
from proxy.core.findings import Strength, Verdict
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = (
    (signed(ACCOUNT, code=-2015), "perm-ip-not-whitelisted"),
    (signed(ACCOUNT, status=401, raw_answer=b""), "perm-ip-not-whitelisted"),
)
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-2008, status=401),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


def test_a_401_without_a_code_does_not_say_why() -> None:
    diagnosis = engine.diagnose(signed(ACCOUNT, status=401, raw_answer=b""), limits=Limits(tried=2000))
    assert {one.strength for one in diagnosis.findings} == {Strength.POSSIBLE}
    assert diagnosis.verdict is Verdict.UNKNOWN
    assert any("not why" in note for note in diagnosis.notes)


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
