"""The decision tree of parameters: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.parameters import VERDICT
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = (
    (signed(ACCOUNT, code=-1121), "param-symbol-unknown"),
    (signed(ACCOUNT, code=-1104), "param-unknown-name"),
    (
        signed(f"{ACCOUNT}&price=1x", code=-1100, msg="parameter 'price'; legal range is '^[0-9]{1,20}$'"),
        "param-illegal-characters",
    ),
    (signed(ACCOUNT, code=-1100, msg="Illegal characters found in parameter 'ip'"), "transport-ip-version"),
    (signed(ACCOUNT, code=-1102, msg="'symbol' was not sent"), "param-mandatory-missing"),
    (signed(ACCOUNT, code=-1105), "param-empty-value"),
    (
        signed(f"{ACCOUNT}&limit=99999", code=-1130, msg="Data sent for parameter 'limit' is not valid."),
        "param-out-of-range",
    ),
    (
        signed(f"{ACCOUNT}&fromId=7", code=-1100, msg="Illegal characters found in parameter 'fromId'."),
        "param-illegal-characters",
    ),
    (signed(ACCOUNT, code=-1101), "param-too-many"),
    (signed(ACCOUNT, code=-1117), "param-word-not-known"),
)
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-1021),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
