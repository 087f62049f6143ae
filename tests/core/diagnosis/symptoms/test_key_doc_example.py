"""key-doc-example: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.key_doc_example import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account", key="vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", key="vmPUZE6m"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
