"""param-rounded-id: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.rounded_id import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /sapi/v1/c2c/orderMatch/getUserOrderDetail", body='{"adOrderNo": 20000000000000000000}'),
    request("GET /api/v3/order?orderId=1979137406402675500", code=-2013),
)
NEAR_MISSES = (
    request("GET /api/v3/order?orderId=1979137406402675500"),
    request("GET /api/v3/order?orderId=1979137406402675431", code=-2013),
    request("GET /api/v3/order?orderId=4000", code=-2013),
    request("POST /sapi/v1/c2c/x", body='{"adOrderNo": "19791374064026754301"}', code=-9000),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
