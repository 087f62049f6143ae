"""order-signature-not-last: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.signature_not_last import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import SIGNATURE, detect, request

SEEN = (request("GET /api/v3/account?signature=" + SIGNATURE + "&timestamp=1", code=-1022),)
NEAR_MISSES = (
    request("GET /api/v3/account?signature=" + SIGNATURE + "&timestamp=1"),
    request("GET /api/v3/account?signature=" + SIGNATURE + "&timestamp=1", code=-1021),
    request("GET /api/v3/account?timestamp=1&signature=" + SIGNATURE, code=-1022),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None


@pytest.mark.parametrize(
    ("path", "verified", "strength"),
    [
        ("/fapi/v1/account", True, Strength.PROVEN),
        ("/dapi/v1/account", True, Strength.PROVEN),
        ("/api/v3/account", True, Strength.LIKELY),
        ("/sapi/v1/asset/dust", True, Strength.LIKELY),
        ("/fapi/v1/account", False, Strength.POSSIBLE),
        ("/fapi/v1/account", None, Strength.POSSIBLE),
    ],
)
def test_it_is_proven_where_the_documentation_demands_the_last_place(
    path: str, verified: bool | None, strength: Strength
) -> None:
    seen = detect(
        SYMPTOM, request(f"GET {path}?signature={SIGNATURE}&timestamp=1", code=-1022), verified=verified
    )
    assert seen is not None
    assert seen.strength is strength
