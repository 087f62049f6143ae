"""param-client-order-id: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.client_order_id import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?newClientOrderId=" + "a" * 37),
    request("POST /api/v3/order?newClientOrderId=my%20order"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?newClientOrderId=my.id:1/2_a-B"),
    request("POST /api/v3/order?newClientOrderId=" + "a" * 36),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
