"""ts-recvwindow-too-large: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.recvwindow_large import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?recvWindow=60001"),
    request("GET /api/v3/account?recvWindow=6000000"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?recvWindow=60000"),
    request("GET /api/v3/account?recvWindow=many"),
    request("GET /api/v3/account"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
