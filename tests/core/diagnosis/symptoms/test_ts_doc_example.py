"""ts-doc-example-timestamp: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_doc_example import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (request("GET /api/v3/account?timestamp=1499827319559"),)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1499827319558"),
    request("GET /api/v3/klines?startTime=1499827319559"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
