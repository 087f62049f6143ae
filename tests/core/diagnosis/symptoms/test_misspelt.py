"""host-misspelt: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.misspelt import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/time", host="fabi.binance.com"),
    request("GET /api/v3/time", host="api1.binamce.com"),
    request("GET /api/v3/time", host="api.binance.co"),
)
NEAR_MISSES = (
    request("GET /api/v3/time", host="api.binance.com"),
    request("GET /api/v3/time", host="127.0.0.1"),
    request("GET /api/v3/time", host="localhost"),
    request("GET /api/v3/time", host="api.example.com"),
    request("GET /api/v3/time", host=""),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
