"""The decision tree of not found: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.not_found import VERDICT
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = ((signed(ACCOUNT, status=404, raw_answer=b""), "host-path-not-offered"),)
OTHER_ANSWERS = (
    signed(ACCOUNT, status=403, raw_answer=b""),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
