"""ws-apikey-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ws_apikey import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /ws-api/v3", ws=True, body='{"params": {"signature": "ab"}}'),)
NEAR_MISSES = (
    request("GET /ws-api/v3", ws=True, body='{"params": {"signature": "ab", "apiKey": "k"}}'),
    request("GET /ws-api/v3", ws=True, body='{"params": {"timestamp": 1}}'),
    request("GET /ws-api/v3", ws=True, body="nonsense"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
