"""The decision tree of signature refused: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.verdicts.signature_refused import VERDICT
from proxy.core.findings import Strength
from tests.core.diagnosis import planting
from tests.core.diagnosis.checks import NOW, request, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
CONCLUDED = (
    (signed(ACCOUNT, code=-1022), "secret-of-another-key"),
    (request(ACCOUNT + "&signature=" + "Zz" * 20, code=-1022), "alg-signature-not-hex"),
    (
        request(
            ACCOUNT + "&signature=" + "Zz" * 20, code=-1100, msg="characters found in parameter 'signature'"
        ),
        "alg-signature-not-hex",
    ),
)
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-1100, msg="characters found in parameter 'price'"),
    signed(ACCOUNT, code=-2008),
    signed(ACCOUNT),
)


@pytest.mark.parametrize(("observation", "rule"), CONCLUDED)
def test_it_concludes(observation: Observation, rule: str) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    assert engine.diagnose(observation, limits=Limits(tried=2000)).findings[0].rule == rule


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))


SIGNED_ELSEWHERE = "&signature=" + planting.mac(b"secret of another exchange", b"timestamp=1").hex()
PLAIN = "GET /api/v3/openOrders?symbol=LTCBTC&recvWindow=5000&timestamp=1780000000000"
C2C = "POST /sapi/v1/c2c/ads/search?recvWindow=5000&timestamp=1780000000000"


@pytest.mark.parametrize(
    ("line", "body", "limits", "strength"),
    [
        (PLAIN, "", Limits(), Strength.LIKELY),
        (PLAIN, "", Limits(tried=2000), Strength.POSSIBLE),  # not all was tried
        (PLAIN.replace("LTC", "LTC%2F"), "", Limits(), Strength.POSSIBLE),
        (PLAIN + "".join(f"&a{i}=1" for i in range(6)), "", Limits(), Strength.POSSIBLE),
        (C2C, "{}", Limits(), Strength.POSSIBLE),
    ],
)
def test_another_secret_is_likely_where_hardly_anything_else_is_left(
    line: str, body: str, limits: Limits, strength: Strength
) -> None:
    headers = {"Content-Type": "application/json", "clientType": "web"} if body else {}
    sent = request(line + SIGNED_ELSEWHERE, body=body, headers=headers, code=-1022)
    diagnosis = engine.diagnose(sent, limits=limits)
    found = next(one for one in diagnosis.findings if one.rule == "secret-of-another-key")
    assert found.strength is strength
    assert "new" not in found.remedy or strength is Strength.POSSIBLE


SUB_ACCOUNT = f"POST /sapi/v1/sub-account/virtualSubAccount?email=desk7%40example.org&timestamp={NOW}"


def test_behind_a_right_signature_a_name_of_another_endpoint_comes_first() -> None:
    found = engine.diagnose(signed(SUB_ACCOUNT, code=-1022)).findings
    assert [one.rule for one in found] == ["param-unknown-name", "secret-of-another-key"]
    assert "subAccountString" in found[0].says
    assert "subAccountString" in found[0].remedy


@pytest.mark.parametrize(
    "observation",
    [
        request(SUB_ACCOUNT + SIGNED_ELSEWHERE, code=-1022),  # not a right signature
        signed(SUB_ACCOUNT.replace("email", "madeUp"), code=-1022),  # a name that could be anything
        signed(SUB_ACCOUNT + "&subAccountString=desk", code=-1022),  # nothing is missing
    ],
)
def test_without_all_of_that_no_name_is_blamed_for_it(observation: Observation) -> None:
    rules = [one.rule for one in engine.diagnose(observation).findings]
    assert "param-unknown-name" not in rules
