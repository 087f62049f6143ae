"""The decision tree of business: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis import engine
from proxy.core.diagnosis.observation import Observation
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.business import VERDICT
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-1022),
    signed(ACCOUNT),
)


@pytest.mark.parametrize("code", [-2010, -1013, -2011, -2013])
def test_it_accuses_nobody_and_says_that_the_signature_was_accepted(code: int) -> None:
    diagnosis = engine.diagnose(signed(ACCOUNT, code=code))
    assert VERDICT.applies(ParsedRequest(signed(ACCOUNT, code=code)))
    assert diagnosis.findings == ()
    assert any("accepted" in note for note in diagnosis.notes)


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
