"""param-word-not-known: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.unknown_word import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import detect, request

SEEN = (
    (
        request("POST /api/v3/order?type=LIMITT&side=BUY", code=-1116, msg="Invalid orderType."),
        Strength.PROVEN,
        "LIMIT",
    ),
    (request("POST /api/v3/order?type=STOP&side=BUY"), Strength.POSSIBLE, "STOP_LOSS"),
    (request("POST /api/v3/order?side=BUYY"), Strength.LIKELY, "BUY"),
)
NEAR_MISSES = (
    request("POST /api/v3/order?side=BUY&type=LIMIT"),
    request("POST /api/v3/order?side=buy"),
    request("POST /api/v3/order?side=undefined"),
    request("POST /api/v3/order?side=LONG", code=-2015, msg=""),
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
