"""ws-parameter-case: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ws_case import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /ws-api/v3", ws=True, body='{"params": {"recv_window": 5}}'),)
NEAR_MISSES = (
    request("GET /ws-api/v3", ws=True, body='{"params": {"recvWindow": 5}}'),
    request("GET /api/v3/account?recv_window=5"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
