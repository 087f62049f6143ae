"""The decision tree of key form: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.key_form import VERDICT
from tests.core.diagnosis.checks import KEY, NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = (
    (signed(ACCOUNT, code=-2014, key='"' + KEY + '"'), "key-format-whitespace-or-quotes"),
    (signed(ACCOUNT, code=-2014), "header-apikey-missing"),
)
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-2015),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
