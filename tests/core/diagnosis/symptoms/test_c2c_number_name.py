"""c2c-wrong-number-name: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.c2c_number_name import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /sapi/v1/c2c/orderMatch/getUserOrderDetail", body='{"orderNumber": "1"}'),
    request("POST /sapi/v1/c2c/ads/getDetailByNo?advNo=1"),
)
NEAR_MISSES = (
    request("POST /sapi/v1/c2c/orderMatch/getUserOrderDetail", body='{"adOrderNo": "1"}'),
    request("POST /sapi/v1/c2c/agent/orderMatch/getUserOrderDetail", body='{"orderNumber": "1"}'),
    request("POST /sapi/v1/c2c/ads/search", body='{"advNo": "1"}'),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
