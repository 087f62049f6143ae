"""The decision tree of wrapped: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.wrapped import VERDICT
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
ADS = f"POST /sapi/v1/c2c/ads/search?timestamp={NOW}"
CONCLUDED = (
    (
        signed(ADS, status=200, answer={"code": "83229", "success": False, "data": None}),
        "c2c-merchant-resting",
    ),
    (signed(ADS, code=-9000, msg="187049"), "c2c-volume-out-of-step"),
    (signed(ADS, code=-1000), "exchange-unknown-error"),
    (signed(ADS, status=200, answer={"code": "X1", "success": False, "data": None}), "answer-business-error"),
)
OTHER_ANSWERS = (
    signed(ADS, status=200, answer={"code": "000000", "success": True, "data": {}}),
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
