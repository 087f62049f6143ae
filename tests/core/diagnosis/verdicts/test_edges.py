"""What the decision trees say of cases that a whole diagnosis seldom brings them."""

import pytest

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts import (
    firewall,
    key_form,
    not_authorized,
    parameters,
    signature_refused,
    wrapped,
)
from proxy.core.diagnosis.verdicts.base import Case, Verdict
from proxy.core.findings import SignatureState
from tests.core.diagnosis.checks import KEY, NOW, request, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
ORDER = f"POST /api/v3/order?symbol=BTCUSDT&timestamp={NOW}&signature=" + "ab" * 32
EXPLAINED = frozenset({"secret-trailing-whitespace"})
MISSING = "Mandatory parameter 'symbol' was not sent"
ALWAYS = ["scope-param-added-after-signing", "secret-trailing-whitespace"]
FORM = ["scope-ampersand-between-query-and-body", "scope-form-body-not-signed"]
RAW = ["enc-raw-signed-encoded-sent", "enc-safe-characters-differ"]


def judged(
    verdict: Verdict,
    observation: Observation,
    state: SignatureState = SignatureState.VALID,
    explained: frozenset[str] = frozenset(),
) -> tuple[list[str], int]:
    """The rules that are named, and how many notes."""
    opinion = verdict.judge(Case(ParsedRequest(observation), state, explained, explained))
    return [name for name, _ in opinion.findings], len(opinion.notes)


@pytest.mark.parametrize("verdict", [firewall.VERDICT, wrapped.VERDICT])
def test_without_an_answer_nothing_is_concluded(verdict: Verdict) -> None:
    assert judged(verdict, signed(ACCOUNT)) == ([], 0)


@pytest.mark.parametrize("code", [-2008, -2014, -2015, -1021, -1022])
def test_codes_with_a_tree_of_their_own_are_left_to_it(code: int) -> None:
    answer = {"code": code, "success": False, "data": None}
    assert wrapped.VERDICT.applies(ParsedRequest(signed(ACCOUNT, status=200, answer=answer)))
    assert judged(wrapped.VERDICT, signed(ACCOUNT, status=200, answer=answer)) == ([], 0)


def test_what_explains_the_answer_already_is_not_said_twice() -> None:
    refused = signed(ACCOUNT, code=-1002, status=401)
    assert judged(not_authorized.VERDICT, refused, explained=EXPLAINED) == ([], 0)
    assert judged(not_authorized.VERDICT, refused) == (["perm-not-authorized", "perm-permission-missing"], 0)


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (KEY, "header-apikey-missing"),  # right here, so it was changed on its way
        (KEY[:-1], "key-format-whitespace-or-quotes"),
        (None, "key-format-whitespace-or-quotes"),
    ],
)
def test_the_form_of_the_key_that_was_sent(key: str | None, rule: str) -> None:
    assert judged(key_form.VERDICT, signed(ACCOUNT, code=-2014, key=key))[0] == [rule]


@pytest.mark.parametrize(("line", "rule"), [(ORDER, "param-not-read"), (ACCOUNT, "param-mandatory-missing")])
def test_what_was_sent_is_never_called_left_out(line: str, rule: str) -> None:
    found = judged(parameters.VERDICT, request(line, code=-1102, msg=MISSING))
    assert found == ([rule], 0)


def test_neither_is_the_signature() -> None:
    missing = "Mandatory parameter 'signature' was not sent, was empty/null, or malformed."
    assert judged(parameters.VERDICT, request(ORDER, code=-1102, msg=missing)) == (["param-not-read"], 0)


@pytest.mark.parametrize(("symbol", "rule"), [("BTCUSDT", "param-not-read"), ("", "param-empty-value")])
def test_a_value_that_was_sent_is_never_called_empty(symbol: str, rule: str) -> None:
    line = ORDER.replace("BTCUSDT", symbol)
    found = judged(parameters.VERDICT, request(line, code=-1105, msg="Parameter 'symbol' was empty."))
    assert found == ([rule], 0)


def test_a_signature_that_is_missing_is_not_wrong() -> None:
    assert judged(signature_refused.VERDICT, request(ACCOUNT, code=-1022), SignatureState.ABSENT) == ([], 0)


@pytest.mark.parametrize(
    ("line", "body", "suspects"),
    [
        (ORDER, "", ALWAYS),
        (ORDER, "quantity=1", [*FORM, *ALWAYS]),
        (ORDER, '{"a":1}', ["scope-json-body-appended", *ALWAYS]),
        (ORDER.replace("?", "?note=a%20b&"), "", [*RAW, *ALWAYS]),
        (ORDER.replace("?", "?note=a@b&"), "quantity=1", [*FORM, *RAW, *ALWAYS]),
    ],
)
def test_without_a_secret_only_what_the_request_makes_possible_is_suspected(
    line: str, body: str, suspects: list[str]
) -> None:
    observation = request(line, body=body, code=-1022, known=False)
    rules, _ = judged(signature_refused.VERDICT, observation, SignatureState.UNCHECKED)
    assert rules == [*suspects, "secret-of-another-key"]
