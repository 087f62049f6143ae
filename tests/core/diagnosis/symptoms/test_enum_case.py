"""param-enum-case: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.enum_case import SYMPTOM
from tests.core.diagnosis.checks import detect, request

NAMED = "Illegal characters found in parameter 'dualSidePosition'; legal range is 'true,false'."
SEEN = (
    request("POST /api/v3/order?side=buy"),
    request("POST /api/v3/order?timeInForce=gtc"),
    request("POST /api/v3/order?type=limit"),
    request("POST /api/v3/order?type=limit", code=-1116),
    request("POST /fapi/v1/positionSide/dual?dualSidePosition=True", code=-1100, msg=NAMED),
)
NEAR_MISSES = (
    request("POST /api/v3/order?side=BUY"),
    request("POST /api/v3/order?side=buy", code=-2010),
    request("POST /api/v3/order?side=undefined"),
    request("POST /sapi/v1/x?type=card"),
    request("POST /api/v3/order?type=LIMIT"),
    request("POST /api/v3/order?type=limit", code=-2015, status=401),
    request("POST /fapi/v1/positionSide/dual?dualSidePosition=True"),
    request("POST /fapi/v1/positionSide/dual?dualSidePosition=True", code=-1100),
    request("POST /fapi/v1/positionSide/dual?dualSidePosition=true", code=-1100, msg=NAMED),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
