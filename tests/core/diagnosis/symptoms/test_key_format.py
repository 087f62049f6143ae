"""key-format-whitespace-or-quotes: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.key_format import SYMPTOM
from tests.core.diagnosis.checks import KEY, detect, request

SEEN = (
    request("GET /api/v3/account", key='"' + KEY + '"'),
    request("GET /api/v3/account", key="Bearer " + KEY),
    request("GET /api/v3/account", key=KEY + "x"),
)
NEAR_MISSES = (
    request("GET /api/v3/account"),
    request("GET /api/v3/account", key="undefined"),
    request("GET /api/v3/account", key=None),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
