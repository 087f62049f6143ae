"""host-double-slash: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.double_slash import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET //api/v3/account"),
    request("GET /api/v3/account/"),
    request("GET //api/v3/account", status=404),
    request("GET //api/v3/account", code=-1022),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /"),
    request("DELETE //fapi/v1/batchOrders", code=-1102),
    request("POST //api/v3/order", code=-2010),
    request("GET /api/v3/account?url=http://x//y"),
    request("GET http://api.binance.com/api/v3/time"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
