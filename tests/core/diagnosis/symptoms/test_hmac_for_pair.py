"""alg-hmac-for-key-pair: seen where it is, silent on near misses."""

import pytest
from msgspec.structs import replace

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.hmac_for_pair import SYMPTOM
from proxy.core.signing.algorithms import PublicKey
from proxy.core.signing.known_key import KnownKey
from tests.core.diagnosis.checks import KEY, SIGNATURE, detect, request
from tests.core.diagnosis.keys import ed25519_key

PAIR = PublicKey(ed25519_key().public_key())


def with_pair(observation: Observation, api_key: str | None = KEY) -> Observation:
    return replace(observation, keys=(KnownKey("pair", api_key, PAIR),))


LINE = "GET /api/v3/account?timestamp=1&signature="
SEEN = (
    with_pair(request(LINE + SIGNATURE, code=-1022)),
    with_pair(request(LINE + SIGNATURE)),
    with_pair(request(LINE + SIGNATURE, code=-1022), None),
    with_pair(request(LINE + SIGNATURE, key=None)),
)
NEAR_MISSES = (
    request(LINE + SIGNATURE, code=-1022),
    with_pair(request(LINE + "Zm9v" * 22, code=-1022)),
    with_pair(request("GET /api/v3/account?timestamp=1", code=-1102)),
    with_pair(request(LINE + SIGNATURE, code=-1022), "another key"),
)


@pytest.mark.parametrize("observation", SEEN)
def test_it_is_seen(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is not None


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
