"""place-key-in-query: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.key_in_query import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/account?apiKey=abc&timestamp=1", key=None),)
NEAR_MISSES = (
    request("GET /sapi/v1/margin/apiKey?apiKey=abc", key=None),
    request("GET /api/v3/account?apiKey=abc&timestamp=1"),
    request("GET /api/v3/account?timestamp=1", key=None),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
