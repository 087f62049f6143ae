"""Every rule is mended, needs no mend, or has its reason; and what a person is shown has every mistake mended."""

from dataclasses import replace

import pytest
from msgspec import structs

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.corrected import corrected
from proxy.core.diagnosis.mending.draft import draft_of
from proxy.core.diagnosis.mending.mends import KEYS, MENDS, NOTHING, OPEN, SIGNER, VALUE, mended, needs_none
from proxy.core.findings import Finding, Strength
from tests.core.diagnosis.checks import NOW, SIGNATURE, request

REQUEST = ParsedRequest(request(f"GET /api/v3/account?timestamp={NOW}&signature={SIGNATURE}", code=-1022))
DRAFT = draft_of(REQUEST)


def finding(rule: str, strength: Strength = Strength.PROVEN) -> Finding:
    return Finding(rule, strength, "", "")


def test_no_symptom_is_forgotten() -> None:
    known = MENDS.keys() | OPEN.keys() | SIGNER | KEYS
    assert [
        symptom.name for symptom in SYMPTOMS if symptom.name not in known and not needs_none(symptom.name)
    ] == []
    assert known <= set(rules.names())


def test_no_rule_is_listed_twice() -> None:
    lists = (MENDS.keys(), OPEN.keys(), SIGNER, KEYS)
    assert sum(map(len, lists)) == len(set().union(*lists))


@pytest.mark.parametrize(
    "rule", ["scope-path-included", "ts-seconds", "secret-of-another-key", "alg-base64-output"]
)
def test_what_a_new_signature_puts_right_is_left_as_it_is(rule: str) -> None:
    assert mended(DRAFT, REQUEST, (finding(rule),)) == DRAFT


@pytest.mark.parametrize(
    ("rule", "why"),
    [("perm-ip-not-whitelisted", NOTHING), ("limit-429", NOTHING), ("filter-exchange-max-num-orders", NOTHING),
     ("filter-lot-size", VALUE), ("param-too-precise", VALUE), ("c2c-price-band", VALUE),
     ("limit-403-waf", "which part of the request the firewall objected to is not known"),
     ("param-mandatory-missing", OPEN["param-mandatory-missing"])],
)  # fmt: skip
def test_where_no_right_request_follows_the_reason_is_told(rule: str, why: str) -> None:
    assert mended(DRAFT, REQUEST, (finding(rule),)) == why


def test_a_possibility_is_not_mended() -> None:
    assert mended(DRAFT, REQUEST, (finding("host-path-unknown", Strength.POSSIBLE),)) == DRAFT


def test_a_verdict_beside_a_mistake_that_is_mended_goes_with_it() -> None:
    both = (finding("host-double-slash"), finding("limit-403-waf", Strength.LIKELY))
    draft = replace(DRAFT, path=b"//api/v3/account")
    assert mended(draft, REQUEST, both) == DRAFT


def test_a_mistake_that_cannot_be_mended_is_not_hidden_by_one_that_can() -> None:
    both = (finding("host-double-slash"), finding("param-template-on-wire"))
    assert mended(DRAFT, REQUEST, both) == OPEN["param-template-on-wire"]


def test_a_value_that_keeps_a_filter_is_put_in() -> None:
    order = ParsedRequest(request("POST /api/v3/order?symbol=BTCUSDT&price=1.001&quantity=2", code=-1013))
    broken = Finding("filter-price", Strength.PROVEN, "", "", (("parameter", "price"), ("send", "price=1")))
    wrong = corrected(order, (broken, finding("secret-of-another-key"))).text
    assert wrong is not None
    assert "symbol=BTCUSDT&price=1&quantity=2" in wrong


def test_parameters_of_a_frame_are_not_changed() -> None:
    body = '{"method":"order.place","params":{"side":"buy","signature":"ab"}}'
    frame = ParsedRequest(structs.replace(request("GET /ws-api/v3", ws=True, body=body), host=None))
    assert corrected(frame, (finding("param-enum-case"),)).text is None
    assert corrected(frame, (finding("ws-not-sorted"),)).text is not None
