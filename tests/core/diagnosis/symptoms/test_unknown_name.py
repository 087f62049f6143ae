"""param-unknown-name: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.unknown_name import SYMPTOM
from tests.core.diagnosis.checks import detect, request

SEEN = (
    request("GET /api/v3/account?recv_window=5000"),
    request("GET /api/v3/account?recvwindow=5000"),
    request(
        "GET /api/v3/klines?symbol=BTCUSDT&intervall=1h",
        code=-1102,
        msg="Mandatory parameter 'interval' was not sent",
    ),
    request("GET /api/v3/klines?symbol=BTCUSDT&intervall=1h"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?recvWindow=5000"),
    request("GET /api/v3/account?whatever=1"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
