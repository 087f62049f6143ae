"""enc-array-brackets: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.array_brackets import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/ticker?symbols%5B%5D=A&symbols%5B%5D=B"),
    request("POST /sapi/v1/asset/dust", body="asset[0]=BTC&asset[1]=ETH"),
)
NEAR_MISSES = (
    request("GET /api/v3/ticker?symbols=%5B%22A%22%5D"),
    request("POST /sapi/v1/w3w/x", body="cancelInfoList[0].orderId=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
