"""place-body-where-query-required: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.body_not_query import SYMPTOM
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (request("POST /sapi/v1/capital/withdraw/apply", body="coin=BTC&signature=" + SIGNATURE, code=-1022),)
NEAR_MISSES = (
    request("POST /sapi/v1/capital/withdraw/apply", body="coin=BTC&signature=" + SIGNATURE),
    request("POST /sapi/v1/capital/withdraw/apply?coin=BTC", code=-1022),
    request("POST /api/v3/order", body="symbol=BTCUSDT", code=-1022),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
