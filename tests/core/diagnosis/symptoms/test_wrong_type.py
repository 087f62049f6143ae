"""param-wrong-type: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.wrong_type import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import detect, request

SEEN = (
    (
        request(
            "GET /fapi/v1/userTrades?symbol=BTCUSDT&startTime=1795132800000.0",
            code=-1100,
            msg="Illegal characters found in parameter 'startTime'; legal range is '1795824017254'.",
        ),
        Strength.PROVEN,
        "decimal point",
    ),
    (
        request("GET /api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=2026-01-01"),
        Strength.LIKELY,
        "milliseconds",
    ),
    (request("POST /api/v3/order?quantity=many", code=-1100, msg=""), Strength.PROVEN, "not a number"),
    (request("GET /api/v3/account?omitZeroBalances=yes"), Strength.LIKELY, "neither true nor false"),
    (request("GET /api/v3/klines?limit=1e3"), Strength.LIKELY, "with an exponent"),
    (request("GET /api/v3/klines?limit=1,2"), Strength.LIKELY, "several values"),
    (request("GET /api/v3/klines?limit=many"), Strength.LIKELY, "not a whole number"),
)
NEAR_MISSES = (
    request("GET /api/v3/account?omitZeroBalances=TRUE"),
    request("GET /api/v3/klines?symbol=BTCUSDT&startTime=1795132800000"),
    request("POST /api/v3/order?quantity=0.1"),
    request("POST /api/v3/order?quantity=undefined"),
    request("GET /api/v3/klines?startTime=1.5", code=-1022, msg=""),
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
