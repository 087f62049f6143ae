"""ts-recvwindow-malformed: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.recvwindow_form import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?recvWindow=5s"),
    request("GET /api/v3/account?recvWindow=1.2345"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?recvWindow=5000.125"),
    request("GET /api/v3/account?recvWindow="),
    request("GET /api/v3/account?recvWindow=99999999"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
