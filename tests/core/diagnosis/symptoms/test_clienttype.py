"""header-clienttype-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.clienttype import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /sapi/v1/c2c/ads/search", body="{}", code=-9000),
    request("GET /sapi/v1/c2c/chat/retrieveChatCredential", code=-31002),
)
NEAR_MISSES = (
    request("POST /sapi/v1/c2c/ads/search", body="{}"),
    request("POST /sapi/v1/c2c/ads/search", body="{}", code=-9000, headers={"clientType": "web"}),
    request("POST /api/v3/order", code=-9000),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
