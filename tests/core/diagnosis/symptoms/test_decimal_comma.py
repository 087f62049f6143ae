"""param-decimal-comma: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.decimal_comma import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order?quantity=0,5"),
    request("POST /api/v3/order?price=12%2C5"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?quantity=0.5"),
    request("POST /sapi/v1/asset/dust?asset=BTC,ETH"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
