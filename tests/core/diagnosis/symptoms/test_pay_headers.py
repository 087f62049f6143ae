"""header-pay-recipe: seen where it is, silent on near misses."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.symptoms.pay_headers import SYMPTOM
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import SIGNATURE, detect, request

PAY = {
    "BinancePay-Timestamp": "1780000000000",
    "BinancePay-Nonce": "N" * 32,
    "BinancePay-Signature": "AB" * 64,
}
LINE = "GET /sapi/v1/pay/transactions?timestamp=1780000000000"
SEEN = (
    (request(LINE, headers=PAY, key=None, code=-2014, status=401), Strength.PROVEN),
    (request(LINE, headers=PAY, code=-1102), Strength.PROVEN),
    (request(LINE, headers=PAY), Strength.LIKELY),
    (request(f"{LINE}&signature={SIGNATURE}", headers=PAY, code=-1022), Strength.LIKELY),
)
NEAR_MISSES = (
    request(LINE, code=-1102),
    request("POST /binancepay/openapi/v3/order", headers=PAY, host="bpay.binanceapi.com", status=400),
)


@pytest.mark.parametrize(("observation", "strength"), SEEN)
def test_it_is_seen(observation: Observation, strength: Strength) -> None:
    sighting = detect(SYMPTOM, observation)
    assert sighting is not None
    assert sighting.strength is strength


@pytest.mark.parametrize("observation", NEAR_MISSES)
def test_near_misses_are_not_accused(observation: Observation) -> None:
    assert detect(SYMPTOM, observation) is None
