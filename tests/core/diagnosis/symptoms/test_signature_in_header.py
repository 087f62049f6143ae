"""place-signature-in-header: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.signature_in_header import SYMPTOM
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (request("GET /api/v3/account?timestamp=1", headers={"X-MBX-SIGNATURE": SIGNATURE}),)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1", headers={"X-MBX-SIGNATURE": "short"}),
    request(
        "GET /api/v3/account?timestamp=1&signature=abababababababababababababababababababababababababababababababab",
        headers={"X-MBX-SIGNATURE": SIGNATURE},
    ),
    request("GET /api/v3/account?timestamp=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
