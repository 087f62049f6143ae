"""ts-missing: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.ts_missing import SYMPTOM
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (
    request("GET /api/v3/account?signature=" + SIGNATURE),
    request("GET /api/v3/account?timestamp=&signature="),
)
NEAR_MISSES = (
    request("GET /api/v3/time"),
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
    request("GET /api/v3/account?recvWindow=5\u00d7tamp=1"),
    request("POST /api/v3/order", body='{"timestamp": 1}'),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None


def test_a_timestamp_behind_an_html_ampersand_is_not_called_unsent() -> None:
    seen = detect(SYMPTOM, request("GET /api/v3/account?recvWindow=5&amp;timestamp=1"))
    assert seen is not None
    assert seen.says is not None
    assert "'&amp;timestamp'" in seen.says
