"""Codes that the list explains: the sentence of the family that answered, and nobody is accused."""

import json

import pytest

from proxy.core.catalogue.errors import lookup
from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.all_verdicts import VERDICTS
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.listed_code import CODES, VERDICT
from tests.core.diagnosis.checks import NOW, request, signed

SIDE = f"POST /dapi/v1/positionSide/dual?dualSidePosition=true&timestamp={NOW}"
FLOW = f"GET /sapi/v1/margin/capital-flow?startTime=1&endTime=2&timestamp={NOW}"
FRAME = json.dumps(
    {"id": 1, "method": "userDataStream.subscribe.listenToken", "params": {"listenToken": "t"}}
)

TOLD = (
    (signed(SIDE, code=-4067), "-4067 POSITION_SIDE_CHANGE_EXISTS_OPEN_ORDERS: ", "Cancel the open orders of both"),
    (signed(SIDE, code=-4068), "-4068 POSITION_SIDE_CHANGE_EXISTS_QUANTITY: ", "USD-M OR COIN-M"),
    (signed(SIDE, code=-4531), "-4531 position mode out of step: ", "Read both positionSide/dual settings."),
    (signed(f"POST /fapi/v1/order?timestamp={NOW}", code=-5028), "-5028 ME_RECVWINDOW_REJECT: ", "larger recvWindow"),
    (signed(FLOW, code=-4047), "-4047 range over 7 days: ", "Ask in slices."),
    (signed(f"GET /api/v3/account?timestamp={NOW}", code=-1153), "-1153 UNSUPPORTED_SCHEMA_ID: ", "Drop the header"),
    (signed(f"GET /api/v3/x?timestamp={NOW}", code=-2043), "-2043 NO_REFERENCE_PRICE: Never had one. Ignore.", ""),
    (request("GET /ws-api/v3", body=FRAME, ws=True, code=-1209), "-1209 listenToken not valid: ", "New token by POST"),
)  # fmt: skip


@pytest.mark.parametrize(("observation", "begins", "says"), TOLD)
def test_it_tells_meaning_and_remedy_and_accuses_nobody(
    observation: Observation, begins: str, says: str
) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    diagnosis = engine.diagnose(observation)
    (note,) = (one for one in diagnosis.notes if one.startswith(begins))
    assert says in note
    assert VERDICT.name == "listed-code"


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_is_listed_and_no_other_tree_is_for_it(code: int) -> None:
    assert any(lookup(code, family=family) for family in ("spot", "sapi", "fapi", "ws"))
    for line in (SIDE, FLOW, f"POST /api/v3/order?timestamp={NOW}"):
        parsed = ParsedRequest(signed(line, code=code))
        if VERDICT.applies(parsed):
            assert [
                one.name
                for one in VERDICTS
                if one is not VERDICT and one.name != "refused" and one.applies(parsed)
            ] == []


OTHER_ANSWERS = (
    signed(SIDE, code=-4047),  # on futures another code, which is not listed
    signed(FLOW, code=-4067),
    signed(f"GET /api/v3/account?timestamp={NOW}", code=-1209),
    signed(f"GET /api/v3/account?timestamp={NOW}", code=-1022),
    signed(SIDE),
)


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
