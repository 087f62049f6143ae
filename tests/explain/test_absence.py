"""What a paste may have lost is proven only where the exchange says the same."""

import random
from dataclasses import replace

import pytest

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.findings import Finding, Strength
from proxy.core.wire import RawRequest
from proxy.explain.absence import RULES, unproven
from proxy.explain.found_request import SeenRequest
from tests.explain import fuzz

SEEN = SeenRequest(RawRequest("GET", b"/api/v3/account", ()), "curl command")


def answered(code: int, message: str = "", status: int = 400) -> AnswerSeen:
    return AnswerSeen(status, (), b'{"code":%d,"msg":"%b"}' % (code, message.encode()))


def finding(rule: str, strength: Strength = Strength.PROVEN) -> Finding:
    return Finding(rule, strength, "", "")


def test_every_rule_exists() -> None:
    assert set(rules.names()) >= RULES


@pytest.mark.parametrize("rule", sorted(RULES))
def test_none_is_proven_of_a_paste_alone(rule: str) -> None:
    assert unproven(finding(rule), SEEN)
    assert not unproven(finding(rule, Strength.LIKELY), SEEN)
    assert not unproven(finding(rule), replace(SEEN, form="mitmproxy flow"))


def test_other_rules_stay_proven() -> None:
    assert not unproven(finding("scope-path-included"), SEEN)


@pytest.mark.parametrize(
    ("rule", "answer", "proven"),
    [
        ("ts-missing", answered(-1102, "Mandatory parameter 'timestamp' was not sent"), True),
        ("ts-missing", answered(-1102), True),  # a code without its sentence
        ("ts-missing", answered(-1102, "Mandatory parameter 'symbol' was not sent"), False),
        ("ts-missing", answered(-1022), False),
        ("header-apikey-missing", answered(-2014, "API-key format invalid."), True),
        ("header-apikey-missing", answered(-1022), False),
        ("host-wrong-method", answered(0, status=405), True),
        ("host-double-slash", answered(0, status=404), True),
        ("alg-truncated", answered(-1100, "Illegal characters found in parameter 'signature'"), True),
        ("alg-truncated", answered(-1022), False),
    ],
)
def test_the_exchange_has_to_say_the_same(rule: str, answer: AnswerSeen, proven: bool) -> None:
    assert unproven(finding(rule), replace(SEEN, answer=answer)) is not proven


@pytest.mark.parametrize("seed", range(4))
def test_damaged_pastes_of_right_requests_prove_nothing(seed: int) -> None:
    """A sample; `make fuzz-pastes` tries 100,000."""
    dice = random.Random(f"pastes {seed}")
    for _ in range(100):
        text = fuzz.mutated(dice)
        assert list(fuzz.complaints(text)) == [], text


def test_what_is_left_of_a_cut_session_proves_nothing_of_what_was_signed() -> None:
    """The query stands alone, and the URL ends within its parameters."""
    (row,) = (one for one in fuzz.right_texts() if '"actualPort"' in one and '"GET"' in one)
    cut = row[: row.index("?timestamp=1795824100137") + len("?timestamp=1795824100137")]
    assert list(fuzz.complaints(cut)) == []
