"""enc-non-ascii-sent-raw: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.non_ascii import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/openOrders?symbol=\u5e01USDT&timestamp=1"),
    request("POST /api/v3/order", body="symbol=\u5e01USDT"),
)
NEAR_MISSES = (
    request("GET /api/v3/openOrders?symbol=%E5%B8%81USDT&timestamp=1"),
    request("POST /sapi/v1/c2c/ads/post?timestamp=1", body='{"remark": "\u5e01"}'),
    request("GET /api/v3/account?recvWindow=5\u00d7tamp=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
