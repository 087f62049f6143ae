"""place-signature-on-public-endpoint: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.signature_on_public import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/ticker/price?symbol=A&signature=ab", code=-1104),)
NEAR_MISSES = (
    request("GET /api/v3/ticker/price?symbol=A&signature=ab"),
    request("GET /api/v3/account?signature=ab", code=-1104),
    request("GET /api/v3/ticker/price?symbol=A", code=-1104),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
