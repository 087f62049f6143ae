"""The decision tree of server side: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.server_side import VERDICT
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = (
    (signed(ACCOUNT, status=502, raw_answer=b"<html>"), "exchange-outcome-unknown"),
    (signed(ACCOUNT, code=-1007, status=408), "exchange-outcome-unknown"),
)
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-1008, status=429),
    signed(ACCOUNT, code=-1022),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
