"""transport-cors: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.cors import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("OPTIONS /api/v3/account"),)
NEAR_MISSES = (
    request("GET /api/v3/account", headers={"Origin": "http://127.0.0.1"}),
    request("GET /api/v3/account"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
