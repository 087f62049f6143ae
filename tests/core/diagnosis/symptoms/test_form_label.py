"""place-form-with-wrong-content-type: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.form_label import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("POST /api/v3/order", body="symbol=A"),
    request("POST /api/v3/order", body="symbol=A", headers={"Content-Type": "text/plain"}),
)
NEAR_MISSES = (
    request(
        "POST /api/v3/order",
        body="symbol=A",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
    ),
    request("GET /api/v3/account", body="a=1"),
    request("POST /api/v3/order?a=1", headers={"Content-Type": "application/json"}),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
