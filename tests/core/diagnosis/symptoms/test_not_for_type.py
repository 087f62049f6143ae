"""param-not-required: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.not_for_type import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import detect, request

SEEN = (
    (
        request(
            "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=2",
            code=-1106,
            msg="Parameter 'price' sent when not required.",
        ),
        Strength.PROVEN,
        "price is not allowed with type=MARKET",
    ),
    (
        request("POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timeInForce=GTC"),
        Strength.POSSIBLE,
        "Leave timeInForce out",
    ),
    (
        request("POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=2", code=-1106),
        Strength.LIKELY,
        "Leave price out",
    ),
    (
        request("POST /fapi/v1/order?symbol=BTCUSDT&side=BUY&type=LIMIT&stopPrice=1"),
        Strength.LIKELY,
        "stopPrice",
    ),
)
NEAR_MISSES = (
    request("POST /api/v3/order?type=MARKET&quantity=1"),
    request("POST /api/v3/order?type=LIMIT&price=1"),
    request("POST /api/v3/order?price=1"),
    request("POST /fapi/v1/order?type=LIMIT&closePosition=false"),
    request("POST /api/v3/order?type=MARKET&price=2", code=-2010, msg=""),
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
