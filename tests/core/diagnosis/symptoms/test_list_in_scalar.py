"""param-list-in-scalar: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.list_in_scalar import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import detect, request

SEEN = (
    (
        request(
            "GET /api/v3/ticker/price?symbol=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D",
            code=-1100,
            msg="Illegal characters found in parameter 'symbol'; legal range is 'x'.",
        ),
        Strength.PROVEN,
        "JSON in symbols",
    ),
    (request("GET /api/v3/order?symbol=BTCUSDT&orderId=1,2"), Strength.LIKELY, "takes one value"),
)
NEAR_MISSES = (
    request("GET /api/v3/ticker/price?symbol=BTCUSDT"),
    request("GET /api/v3/ticker/price?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D"),
    request("GET /api/v3/order?symbol=BTC,ETH", code=-2015, msg=""),
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
