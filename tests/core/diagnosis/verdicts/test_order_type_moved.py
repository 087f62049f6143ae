"""The decision tree of moved order types: what it concludes, and which answers it leaves to others."""

import json

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.order_type_moved import VERDICT
from proxy.core.findings import SignatureState, Strength
from tests.core.diagnosis.checks import NOW, request, signed

STOP = f"symbol=BTCUSDT&side=SELL&type=STOP_MARKET&stopPrice=9&quantity=1&timestamp={NOW}"
MESSAGE = "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."
FRAME = json.dumps({"id": 1, "method": "order.place", "params": {"type": "STOP", "timestamp": NOW}})

MOVED = (
    # the answer, and the call that takes such orders now
    (signed(f"POST /fapi/v1/order?{STOP}", code=-4120, msg=MESSAGE), "POST /fapi/v1/algoOrder"),
    (signed("POST /fapi/v1/order", body=STOP, code=-4120, msg=MESSAGE), "POST /fapi/v1/algoOrder"),
    (signed(f"POST /dapi/v1/order?{STOP}", code=-4120), "POST /dapi/v1/algoOrder"),
    (signed(f"POST /papi/v1/um/order?{STOP}", code=-4120), "POST /papi/v1/um/algo/order"),
    (request("GET /ws-fapi/v1", body=FRAME, ws=True, code=-4120), None),
)


@pytest.mark.parametrize(("observation", "home"), MOVED)
def test_it_names_the_algo_order_endpoints(observation: Observation, home: str | None) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    diagnosis = engine.diagnose(observation)
    (finding,) = (one for one in diagnosis.findings if one.rule == "param-order-type-moved")
    assert finding.strength is Strength.LIKELY
    assert "algoOrder" in finding.says
    assert "triggerPrice for stopPrice" in finding.remedy
    (note,) = (note for note in diagnosis.notes if note.startswith("The signature was accepted"))
    assert note.endswith(f"checked. Such an order goes to {home}." if home else "checked.")


def test_it_is_the_first_thing_said_of_a_right_signature() -> None:
    diagnosis = engine.diagnose(signed(f"POST /fapi/v1/order?{STOP}", code=-4120, host="fapi.binance.com"))
    assert diagnosis.signature is SignatureState.VALID
    assert diagnosis.findings[0].rule == "param-order-type-moved"


def test_the_calls_that_it_names_are_listed_and_current() -> None:
    for _, home in MOVED:
        if home is not None:
            endpoint = Catalogue.builtin().find(*home.split(" "))
            assert endpoint is not None
            assert (endpoint.status, endpoint.moves_funds_kind) == ("current", "order")


@pytest.mark.parametrize(
    "observation",
    [
        signed(f"POST /fapi/v1/order?{STOP}", code=-2021),
        signed(f"POST /fapi/v1/order?{STOP}", code=-4004),
        signed(f"POST /fapi/v1/order?{STOP}"),
        signed(f"POST /fapi/v1/order?{STOP}", status=200, answer={"orderId": 1}),
    ],
)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
