"""key-placeholder-or-undefined: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.key_placeholder import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account", key="undefined"),
    request("GET /api/v3/account", key="YOUR_API_KEY"),
    request("GET /api/v3/account", key="{{api-key}}"),
    request("GET /api/v3/account", key="your-binance-api-key"),
    request("GET /api/v3/account", key=""),
    request("GET /api/v3/account", key="None"),
    request("GET /api/v3/account", key="abc123"),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", key=None),
    request("GET /api/v3/time", key=""),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
