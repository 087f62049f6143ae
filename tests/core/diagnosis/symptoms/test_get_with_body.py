"""place-get-with-body: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.get_with_body import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account", body="timestamp=1"),
    request("GET /api/v3/account?timestamp=1", body="{}"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1"),
    request("GET /api/v3/account?timestamp=1", body=" \r\n"),
    request("POST /api/v3/order", body="symbol=A"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
