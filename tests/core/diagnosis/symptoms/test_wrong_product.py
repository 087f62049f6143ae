"""host-wrong-product: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.wrong_product import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /fapi/v1/order"),
    request("GET /sapi/v1/system/status", host="testnet.binance.vision"),
    request("GET /api/v3/order", host="fapi.binance.com"),
    request("GET /api/v3/account", host="www.binance.com", code=-2015),
)
NEAR_MISSES = (
    request("GET /api/v3/order"),
    request("GET /fapi/v1/order", host="fapi.binance.com"),
    request("GET /fapi/v1/order", host="127.0.0.1"),
    request("GET /unknown/path"),
    request("GET /api/v3/account", host="www.binance.com", code=-1022),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
