"""ts-thousands-or-exponent: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_exponent import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1.78E12"),
    request("GET /api/v3/account?timestamp=1%2C780%2C000%2C000%2C000"),
    request("GET /api/v3/account?timestamp=1.780.000.000.000"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1780000000000"),
    request("GET /api/v3/account?timestamp=1780000000.53"),
    request("GET /api/v3/account?timestamp=NaN"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
