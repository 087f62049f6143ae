"""param-out-of-range: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.out_of_range import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import detect, request

SEEN = (
    (
        request(
            "GET /api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5001",
            code=-1130,
            msg="Data sent for parameter 'limit' is not valid.",
        ),
        Strength.PROVEN,
        "at most 1000",
    ),
    (request("GET /api/v3/depth?symbol=BTCUSDT&limit=5001"), Strength.LIKELY, "at most 5000"),
    (
        request("GET /api/v3/depth?symbol=BTCUSDT&limit=5001", code=-1000, msg=""),
        Strength.LIKELY,
        "at most 5000",
    ),
    (request("POST /api/v3/order?strategyType=999999"), Strength.LIKELY, "at least 1000000"),
    (request("PUT /api/v3/order/amend/keepPriority?newQty=0"), Strength.LIKELY, "more than 0"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?strategyType=1000000"),
    request("PUT /api/v3/order/amend/keepPriority?newQty=0.1"),
    request("POST /sapi/v1/sub-account/subAccountApi?ipAddress=999999"),  # its bound counts characters
    request("GET /api/v3/depth?symbol=BTCUSDT&limit=5000"),
    request("GET /api/v3/depth?symbol=BTCUSDT&limit=many"),
    request("GET /api/v3/depth?symbol=BTC&limit=5001", code=-1121, msg="parameter 'symbol'"),
    request("GET /api/v3/depth?limit=5001", code=-2015, msg=""),
    request("GET /sapi/v1/nobody/knows?limit=5001"),
)


@pytest.mark.parametrize(("observation", "strength", "words"), SEEN)
def test_it_is_seen_and_says_what(observation: Observation, strength: Strength, words: str) -> None:
    sighting = detect(SYMPTOM, observation)
    assert sighting is not None
    assert sighting.strength is strength
    assert words in f"{sighting.says} {sighting.remedy}"


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
