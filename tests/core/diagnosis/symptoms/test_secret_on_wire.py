"""header-secret-on-wire: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.secret_on_wire import SYMPTOM
from tests.core.diagnosis.checks import SECRET, detect, request

SEEN = (
    request("GET /api/v3/account?timestamp=1", headers={"SecretKey": SECRET}),
    request("GET /api/v3/account?secretKey=" + SECRET),
    request("POST /sapi/v1/c2c/ads/search?timestamp=1", body='{"s": "' + SECRET + '"}'),
    request("GET /api/v3/account?secret=" + "Zz" * 32, known=False),
)
NEAR_MISSES = (
    request("GET /api/v3/account?timestamp=1&signature=" + SECRET),
    request(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp=1780000000000&signature=abababababababababababababababababababababababababababababababab"
    ),
    request("GET /api/v3/account?secret=short"),
    request("GET /api/v3/account", key=SECRET),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
